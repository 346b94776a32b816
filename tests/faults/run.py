"""Put the seeded faults into a copy of the package, one by one, and see which the suites find.

    python tests/faults/run.py                 every fault, some twenty minutes on one core
    python tests/faults/run.py 0 10            faults 0 to 9
    python tests/faults/run.py clock           faults with this word in their name
    python tests/faults/run.py --plain 0 10    no fault, but the suites of these: they have to pass
    python tests/faults/run.py --nearest 2 0 10
                                               the first two suites of each: what they find, all of them find

Prints a table and the kill rate; ends with 1 if a fault survives. Suites that end in another way than tests
that pass or fail (killed for want of memory, say) tell nothing of a fault, and end the program.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
from tests.faults.fault import Fault  # noqa: E402
from tests.faults.faults import FAULTS  # noqa: E402

PARTS = ("negotiation", "tests", "experiments", "docs", "pyproject.toml")


def copy_to(folder: Path) -> None:
    """Copy what the suites need; compiled kernels too, which are found again by their times."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part)
        else:
            shutil.copy2(source, folder / part)


def run_suites(folder: Path, suites: tuple[str, ...], until: str = "-x") -> subprocess.CompletedProcess[str]:
    """Run some suites in the copy, up to the first failure if nothing else is said."""
    paths = [f"tests/{suite}" for suite in suites if (folder / "tests" / suite).exists()]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:xdist", "-p", "no:cacheprovider", until, "-q", "-m",
         "not slow", "--no-header", "-W", "error", *paths],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1",
             "HYPOTHESIS_PROFILE": "faults"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip


def try_fault(folder: Path, fault: Fault) -> tuple[bool, str, float]:
    """Return whether a fault was found, by what, and the seconds that it took."""
    path = folder / "negotiation" / fault.file
    original, times = path.read_text(), path.stat()
    if original.count(fault.old) != 1:
        raise SystemExit(
            f"{fault.name}: `{fault.old}` occurs {original.count(fault.old)} times in {fault.file}"
        )
    path.write_text(original.replace(fault.old, fault.new))
    compiled = path.parent / "__pycache__"
    aside = path.parent / "__aside__"
    if path.parent.name == "kernels" and compiled.is_dir():
        compiled.rename(aside)  # a kernel's cache does not see changes in the files that it is made from
    began = time.monotonic()
    try:
        done = run_suites(folder, fault.suites)
    finally:
        path.write_text(original)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        if aside.is_dir():
            shutil.rmtree(compiled, ignore_errors=True)
            aside.rename(compiled)
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    by = failed[0].split(" - ")[0].rpartition("::")[2] if failed else ""
    # pytest ends with 1 where a test fails, and with 2 where a module of tests could not be read.
    if done.returncode != 0 and not (done.returncode in (1, 2) and failed):
        said = (done.stdout + done.stderr).strip()[-400:]
        raise SystemExit(f"{fault.name}: pytest ended with {done.returncode}, which tells nothing:\n{said}")
    return done.returncode != 0, by, time.monotonic() - began


def plain(folder: Path, faults: list[Fault]) -> int:
    """Run every suite of these faults without one, and tell what fails."""
    suites = tuple(dict.fromkeys(suite for fault in faults for suite in fault.suites))
    began = time.monotonic()
    done = run_suites(folder, suites, "--maxfail=1000")
    sys.stdout.write(done.stdout[-4000:] + done.stderr[-400:])
    sys.stdout.write(f"{len(suites)} suites without a fault: {time.monotonic() - began:.0f} s\n")
    return int(done.returncode != 0)


def chosen(faults: list[Fault], words: list[str]) -> list[Fault]:
    """Return the faults that the command line names."""
    if len(words) == 2 and all(word.isdecimal() for word in words):
        return faults[int(words[0]) : int(words[1])]
    return [fault for fault in faults if not words or any(word in fault.name for word in words)]


def nearest(faults: list[Fault], words: list[str]) -> tuple[list[Fault], list[str]]:
    """Return the faults with as many of their suites as are asked for, and the words that are left."""
    if "--nearest" not in words:
        return faults, words
    at = words.index("--nearest")
    count = int(words[at + 1])
    return [replace(fault, suites=fault.suites[:count]) for fault in faults], words[:at] + words[at + 2 :]


def main(words: list[str]) -> int:
    """Try the chosen faults and print what came of them."""
    without = "--plain" in words
    few, words = nearest(list(FAULTS), [word for word in words if word != "--plain"])
    faults = chosen(few, words)
    found = 0
    with tempfile.TemporaryDirectory() as name:
        copy_to(Path(name))
        if without:
            return plain(Path(name), faults)
        for fault in faults:
            killed, by, seconds = try_fault(Path(name), fault)
            found += killed
            verdict = f"found by {by}" if killed else "SURVIVED"
            sys.stdout.write(f"{fault.file:36} {fault.name:50} {seconds:5.0f} s  {verdict}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{found} of {len(faults)} found: {found / max(1, len(faults)):.1%}\n")
    return 0 if found == len(faults) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Put the seeded faults into a copy of the package, one by one, and see which the tests find.

    python tests/faults/run.py                     every fault, against the suites that it names
    python tests/faults/run.py --suite short       against the tests of `make test` that execute its line
    python tests/faults/run.py 0 10                faults 0 to 9
    python tests/faults/run.py clock               faults with this word in their name
    python tests/faults/run.py --jobs 2            two at a time (as many as there are cores, if not said)
    python tests/faults/run.py --sample 100        a hundred drawn at random, with the interval of the share

With `--suite short` the short suite runs once without a fault, which it has to pass, and notes which test
executes which line; a line that none is seen to execute (a kernel's, compiled; a table read on import) falls
back on the fault's own suites, as far as they are short. Prints a table and the share that is found; ends
with 1 if a fault survives. Tests that end in another way than by passing or failing (killed for want of
memory, say) tell nothing, and end the program.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from scipy.stats import binomtest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
from tests.faults.executing import executing  # noqa: E402
from tests.faults.fault import Fault  # noqa: E402
from tests.faults.faults import FAULTS  # noqa: E402

PARTS = ("negotiation", "tests", "experiments", "docs", "paper", "pyproject.toml", "Makefile", "README.md")
TIERS = {"own": "not slow", "short": "not slow and not long"}


def copy_to(folder: Path) -> None:
    """Copy what the tests need; compiled kernels too, so that few are compiled anew."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part)
        else:
            shutil.copy2(source, folder / part)


def run_tests(
    folder: Path, tests: tuple[str, ...], tier: str, *more: str, jobs: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run some tests of the copy, by files or by names."""
    listed = folder / "tests_to_run.txt"
    listed.write_text("\n".join(tests), encoding="utf-8")  # too many for a command line
    workers = ["-n", str(jobs)] if jobs else ["-p", "no:xdist"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *workers, "-p", "no:cacheprovider", "-q", "-m", TIERS[tier],
         "--no-header", *more, *([f"@{listed}"] if tests else [])],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1",
             "HYPOTHESIS_PROFILE": "faults"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip


def own_suites(folder: Path, fault: Fault) -> tuple[str, ...]:
    """Return the suites that a fault names, as paths of the copy."""
    return tuple(f"tests/{suite}" for suite in fault.suites if (folder / "tests" / suite).exists())


def try_fault(folder: Path, fault: Fault, tests: tuple[str, ...], tier: str) -> tuple[bool, str, float]:
    """Return whether a fault was found, by what, and the seconds that it took."""
    path = folder / "negotiation" / fault.file
    original, times = path.read_text(), path.stat()
    if original.count(fault.old) != 1:
        raise SystemExit(
            f"{fault.name}: `{fault.old}` occurs {original.count(fault.old)} times in {fault.file}"
        )
    path.write_text(original.replace(fault.old, fault.new))
    began = time.monotonic()
    try:
        done = run_tests(folder, tests, tier, "-x")
        if done.returncode == 4 and "ERROR: not found" in done.stderr:
            # The fault gives the cases of a test other names: then the whole files.
            files = dict.fromkeys(test.partition("::")[0] for test in tests)
            done = run_tests(folder, tuple(files), tier, "-x")
    finally:
        path.write_text(original)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    by = failed[0].split(" - ")[0].rpartition("::")[2] if failed else ""
    # pytest ends with 1 where a test fails, with 2 or 4 where a module of tests cannot be imported, and with
    # 5 where no test of this tier is left.
    if done.returncode not in (0, 5) and not (done.returncode in (1, 2, 4) and failed):
        said = (done.stdout + done.stderr).strip()[-400:]
        raise SystemExit(f"{fault.name}: pytest ended with {done.returncode}, which tells nothing:\n{said}")
    return bool(failed), by, time.monotonic() - began


def tests_of(folder: Path, faults: list[Fault], tier: str, jobs: int) -> dict[str, tuple[str, ...]]:
    """Return the tests to try on each fault, by its name."""
    own = {fault.name: own_suites(folder, fault) for fault in faults}
    if tier == "own":
        return own
    places = executing(folder, faults, lambda *more: run_tests(folder, (), tier, *more, jobs=jobs))
    return {fault.name: places[fault.name] or own[fault.name] for fault in faults}


def chosen(faults: list[Fault], words: list[str]) -> list[Fault]:
    """Return the faults that the command line names."""
    if len(words) == 2 and all(word.isdecimal() for word in words):
        return faults[int(words[0]) : int(words[1])]
    return [fault for fault in faults if not words or any(word in fault.name for word in words)]


def main(words: list[str]) -> int:
    """Try the chosen faults and print what came of them."""
    parser = argparse.ArgumentParser(description="Which seeded faults the tests find.")
    parser.add_argument("faults", nargs="*")
    parser.add_argument("--suite", choices=TIERS, default="own")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--sample", type=int, default=len(FAULTS))
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(words)
    faults, found = chosen(list(FAULTS), asked.faults), 0
    draw = random.Random(asked.seed)  # noqa: S311 - a sample, no secret
    faults = draw.sample(faults, min(asked.sample, len(faults)))
    if not faults:
        parser.error(f"no fault has {' or '.join(asked.faults)} in its name")
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(asked.jobs) as pool:
        free: SimpleQueue[Path] = SimpleQueue()
        for k in range(asked.jobs):
            copy_to(folder := Path(name) / str(k))
            free.put(folder)
        tests = tests_of(folder, faults, asked.suite, asked.jobs)

        def tried(fault: Fault) -> tuple[Fault, tuple[bool, str, float]]:
            place = free.get()
            try:
                return fault, try_fault(place, fault, tests[fault.name], asked.suite)
            finally:
                free.put(place)

        for fault, (killed, by, seconds) in pool.map(tried, faults):
            found += killed
            verdict = f"found by {by}" if killed else "SURVIVED"
            many = len(tests[fault.name])
            sys.stdout.write(f"{fault.file:36} {fault.name:50} {many:4d} {seconds:5.0f} s  {verdict}\n")
            sys.stdout.flush()
    low, high = binomtest(found, len(faults)).proportion_ci(method="exact")
    sys.stdout.write(f"{found} of {len(faults)} found: {found / len(faults):.1%} ({low:.1%} to {high:.1%})\n")
    return 0 if found == len(faults) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

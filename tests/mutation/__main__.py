"""See which slips in the code the short tests find: `python -m tests.mutation --count 50`.

Works in a copy. The short suite runs there once, with coverage that notes which test executes which line. A
mutant then meets the tests that execute its line, the nearest first, for a few seconds; kernels run
uncompiled. Where no test is seen to execute a line, since it is compiled or read on import, those run that
execute its neighbours.
"""

import argparse
import importlib
import os
import re
import resource
import signal
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from shutil import copy2, copytree
from tempfile import TemporaryDirectory

import numba
import pytest
from coverage import CoverageData
from scipy.stats import binomtest

from tests.mutation.mutants import Mutant, drawn, named

# Loaded once, before each run of tests is forked from this process.
for library in (
    "hypothesis",
    "pandas",
    "pydantic",
    "scipy.stats",
    "scipy.sparse.csgraph",
    "duckdb",
    "highspy",
    "flint",
):
    importlib.import_module(library)

ROOT = Path(__file__).parents[2]
PARTS = (
    "negotiation", "tests", "experiments", "docs", "paper", "pyproject.toml", "constraints.txt", "Makefile",
    "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "CITATION.cff",
)  # fmt: skip
SHORT = ("-q", "-p", "no:cacheprovider", "--no-header", "-m", "not slow and not long")
# Tests, or files of tests, that a mutant meets.
TESTS, FILES = 200, 4
# Seconds of the processor after which a mutant is said to run for ever.
PATIENCE = 120


def trace(folder: Path) -> None:
    """Run the short suite with coverage in the copy."""
    (folder / ".coveragerc").write_text("[run]\nrelative_files = true\ninclude = negotiation/*\n")
    words = (
        "--cov",
        "--cov-config=.coveragerc",
        "--cov-context=test",
        "--cov-report=",
        "tests",
        "negotiation",
    )
    subprocess.run([sys.executable, "-m", "pytest", *SHORT, *words], cwd=folder, check=True)


def nearest(folder: Path, mutant: Mutant, data: CoverageData) -> list[str]:
    """Return the tests of a mutant, or files of tests, the nearest first."""
    words = set(re.split(r"[/_]+", mutant.file.removesuffix(".py"))) - {"negotiation"}

    def distance(test: str) -> tuple[int, str]:
        return -len(words & set(re.split(r"[/.:_]+", test))), test

    def executing(contexts: Iterable[str]) -> set[str]:
        return {context.rpartition("|")[0] for context in contexts} - {""}

    lines = data.contexts_by_lineno(mutant.file)
    above = (lines[line] for line in range(mutant.line, mutant.line - 9, -1) if line in lines)
    tests = executing(next(above, ()))
    if not tests:
        family = mutant.file.rpartition("/")[0].removesuffix("/kernels") + "/"
        near = [data.contexts_by_lineno(file) for file in data.measured_files() if file.startswith(family)]
        tests = executing(context for lines in near for contexts in lines.values() for context in contexts)
    if tests:
        return sorted(tests, key=distance)[:TESTS]
    files = (path.relative_to(folder).as_posix() for path in (folder / "tests").rglob("test_*.py"))
    return [mutant.file, *sorted(files, key=distance)[:FILES]]


class Chosen:
    """A plug-in for pytest: chosen tests in their order, for some seconds; it notes the first that fails."""

    def __init__(self, tests: list[str], answer: Path, seconds: int) -> None:
        self.rank, self.answer, self.seconds = {test: k for k, test in enumerate(tests)}, answer, seconds

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the chosen tests, all of a file that is chosen itself."""
        ranks = {item: self.rank.get(item.nodeid, self.rank.get(item.location[0])) for item in items}
        items[:] = sorted((item for item in items if ranks[item] is not None), key=ranks.get)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what failed, and stop when time is up."""
        if report.failed:
            self.answer.write_text(report.nodeid, encoding="utf-8")
        if resource.getrusage(resource.RUSAGE_SELF).ru_utime > self.seconds:
            pytest.exit("time is up", returncode=0)


def run_tests(folder: Path, tests: list[str], compiled: bool, seconds: int) -> tuple[str, str]:
    """Run tests in a process forked from this one; return how that ended, and the test that failed."""
    answer = folder / "failed.txt"
    answer.write_text("", encoding="utf-8")
    if (child := os.fork()) == 0:
        os.chdir(folder)
        os.environ |= {"HYPOTHESIS_PROFILE": "mutation", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        sys.dont_write_bytecode, numba.config.DISABLE_JIT = True, compiled
        sys.path.insert(0, str(folder))
        for name in [name for name in sys.modules if name.partition(".")[0] in ("tests", "negotiation")]:
            del sys.modules[name]
        resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE + 5))
        signal.alarm(20 * PATIENCE)
        with (folder / "output.txt").open("w", encoding="utf-8") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        files = [
            file for file in dict.fromkeys(test.partition("::")[0] for test in tests) if Path(file).exists()
        ]
        os._exit(pytest.main([*SHORT, "-x", *files], plugins=[Chosen(tests, answer, seconds)]))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    failed = answer.read_text(encoding="utf-8")
    return {0: "survived", 5: "survived"}.get(status, "killed" if status > 0 else "timed out"), failed


def judged(folder: Path, mutant: Mutant, data: CoverageData, seconds: int) -> tuple[str, str]:
    """Put a mutant in, run its tests, and take it out again."""
    path = folder / mutant.file
    text, times = path.read_text(encoding="utf-8"), path.stat()
    path.write_text(mutant.applied(text), encoding="utf-8")
    try:
        return run_tests(folder, nearest(folder, mutant, data), "njit" in text, seconds)
    finally:
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def main(words: list[str]) -> int:
    """Judge a sample, print each mutant, and the share that is killed with its interval."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="*", default=["negotiation"], help="where mutants are drawn")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--seconds",
        type=int,
        default=12,
        help="processor time after which no further test of a mutant begins",
    )
    parser.add_argument(
        "--quick", action="store_true", help="run the nearest files of tests, without tracing"
    )
    parser.add_argument("--again", type=Path, help="what an earlier run printed: the same mutants once more")
    parser.add_argument("--copy", type=Path, help="a folder for the copy, which the next run may use again")
    options = parser.parse_args(words)
    # A shell that starts this in the background has it ignore SIGINT, which some tests send.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with TemporaryDirectory() as temporary:
        folder = (options.copy or Path(temporary)).resolve()
        for part in PARTS:
            if not (folder / part).exists():
                (copytree if (ROOT / part).is_dir() else copy2)(ROOT / part, folder / part)
        if not options.quick and not (folder / ".coverage").exists():
            trace(folder)
        data = CoverageData(str(folder / ".coverage"))
        data.read()
        sample = drawn(folder, options.folders, options.count, options.seed)
        if options.again:
            lines = options.again.read_text(encoding="utf-8").splitlines()
            sample = [mutant for line in lines if (mutant := named(folder, line.partition("\t")[0]))]
        listed = tomllib.loads((ROOT / "tests/mutation/equivalent.toml").read_text(encoding="utf-8"))
        equivalent = {named(folder, name) for name in listed}
        counts: Counter[str] = Counter()
        for mutant in sample:
            said, test = (
                ("equivalent", "") if mutant in equivalent else judged(folder, mutant, data, options.seconds)
            )
            counts[said] += 1
            sys.stdout.write(f"{mutant.name}\t{mutant.line}\t{said}\t{test}\n")
            sys.stdout.flush()
    killed, tried = counts["killed"] + counts["timed out"], counts.total() - counts["equivalent"]
    low, high = binomtest(killed, tried).proportion_ci(method="wilson")
    sys.stdout.write(f"{dict(counts)}: {killed / tried:.0%} found ({low:.0%} to {high:.0%})\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Which tests execute the line of a fault, from one run with coverage that notes the test of each line."""

import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from coverage import CoverageData

from tests.faults.fault import Fault

MOST = 200
"""Tests tried on a fault: those of its own suites first, then those that execute the fewest lines."""

OPTIONS = """[run]
include =
    {files}
[report]
show_missing = false
"""


def lines_of(text: str, fault: Fault) -> range:
    """Return the numbers of the lines on which a fault stands."""
    first = text[: text.index(fault.old)].count("\n") + 1
    return range(first, first + fault.old.count("\n") + 1)


def executing(
    folder: Path, faults: list[Fault], run: Callable[..., subprocess.CompletedProcess[str]]
) -> dict[str, tuple[str, ...]]:
    """Return the tests that execute the lines of each fault, by its name; none where no test is seen to."""
    files = sorted({f"negotiation/{fault.file}" for fault in faults})
    (folder / ".coveragerc").write_text(OPTIONS.format(files="\n    ".join(files)), encoding="utf-8")
    done = run("--cov", "--cov-config=.coveragerc", "--cov-context=test", "--cov-report=")
    if done.returncode:
        raise SystemExit(f"without a fault the tests do not pass:\n{done.stdout[-4000:]}{done.stderr[-400:]}")
    data = CoverageData(folder / ".coverage")
    data.read()
    seen = {file: data.contexts_by_lineno(str((folder / file).resolve())) for file in files}
    busy = Counter(test for lines in seen.values() for tests in lines.values() for test in tests)
    chosen = {}
    for fault in faults:
        file = f"negotiation/{fault.file}"
        places = lines_of((folder / file).read_text(encoding="utf-8"), fault)
        tests = {test for line in places for test in seen[file].get(line, ()) if test}
        own = tuple(f"tests/{suite}" for suite in fault.suites)
        ranked = sorted(tests, key=lambda test: (not test.startswith(own), busy[test], test))
        chosen[fault.name] = tuple(dict.fromkeys(test.rpartition("|")[0] for test in ranked))[:MOST]
    return chosen

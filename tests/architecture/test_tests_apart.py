"""What a test module does when it is imported touches no other test: pytest imports all of them first."""

import ast
import os
import sys
from pathlib import Path

import pytest

from tests.command import python

TESTS = Path(__file__).parents[1]
MODULES = sorted(path for path in TESTS.rglob("*.py") if "__pycache__" not in path.parts)


def replaced_on_import(source):
    """Return what of an imported module a source puts something else in place of, in its own top lines."""
    found, imported = [], set()
    for node in ast.parse(source).body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            imported |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Delete)):
            targets = getattr(node, "targets", None) or [node.target]
            found += [ast.unparse(one) for one in targets if root_of(one) in imported]
    return found


def root_of(target):
    """Return the name that an attribute hangs on; None for what is no attribute."""
    if not isinstance(target, ast.Attribute):
        return None
    while isinstance(target, ast.Attribute):
        target = target.value
    return target.id if isinstance(target, ast.Name) else None


@pytest.mark.long
@pytest.mark.parametrize(
    ("why", "asked", "status"),
    [
        ("there is no Chromium here", "1", 0),
        ("could not import 'all'", "", 0),
        ("could not import 'all'", "1", 1),
    ],
)
def test_a_skip_that_is_new_is_a_failure_where_skips_are_counted(tmp_path, why, asked, status):
    (tmp_path / "conftest.py").write_text("from tests.conftest import pytest_sessionfinish\n")
    skip = f"import pytest\n\n@pytest.mark.skip(reason={why!r})\ndef test_b():\n    pass\n"
    (tmp_path / "test_a.py").write_text(f"{skip}\ndef test_a():\n    pass\n")
    path = os.pathsep.join((str(TESTS.parent), *sys.path))
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, str(tmp_path))
    done = python(*words, env={**os.environ, "NO_NEW_SKIPS": asked, "PYTHONPATH": path})
    assert done.returncode == status
    assert ("1 skipped; for a reason that is new" in done.stdout) == bool(asked)


@pytest.mark.long
def test_importing_a_module_of_the_tests_replaces_nothing_of_another():
    found = {path: replaced_on_import(path.read_text(encoding="utf-8")) for path in MODULES}
    assert {path.relative_to(TESTS).as_posix(): names for path, names in found.items() if names} == {}

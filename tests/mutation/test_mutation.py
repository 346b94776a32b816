import tomllib

import pytest

from tests.command import printed, python
from tests.mutation.__main__ import PARTS, ROOT
from tests.mutation.mutants import mutants_of, named

SUMS = (
    "def twice(x: int | None, *, y=None) -> int | None:\n    return 2 * x\n\n\n"
    "def is_more(x):\n    return x > 0\n"
)


TWICE, IS_MORE = "negotiation/sums.py::twice", "negotiation/sums.py::is_more"
FOUND = (
    f"{TWICE} ReplaceBinaryOperator_Mul_Div 0", f"{TWICE} NumberReplacer 0", f"{TWICE} NumberReplacer 1",
    f"{IS_MORE} NumberReplacer 0",
)  # fmt: skip
MISSED = f"{IS_MORE} NumberReplacer 1", f"{IS_MORE} ReplaceComparisonOperator_Gt_GtE 0"


@pytest.fixture
def small(tmp_path):
    for part in PARTS:
        (tmp_path / part).mkdir() if "." not in part and part[0].islower() else (tmp_path / part).touch()
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\npythonpath = ["."]\nmarkers = ["slow", "long"]\n'
    )
    (tmp_path / "negotiation" / "__init__.py").touch()
    (tmp_path / "negotiation" / "testing").mkdir()  # Hypothesis looks for a plug-in there
    (tmp_path / "negotiation" / "testing" / "plugin.py").write_text("def register(): ...\n")
    (tmp_path / "negotiation" / "sums.py").write_text(SUMS)
    (tmp_path / "tests" / "test_sums.py").write_text(
        "from negotiation.sums import is_more, twice\n\n\n"
        "def test_sums():\n    assert twice(2) == 4 and is_more(1)\n"
    )
    return tmp_path


def test_a_mutant_keeps_its_name_when_its_function_moves_and_types_are_left_alone(small):
    before = mutants_of(small, "negotiation/sums.py")
    assert {mutant.name for mutant in before} == {*FOUND, *MISSED}
    (small / "negotiation" / "sums.py").rename(small / "negotiation" / "numbers.py")
    after = [named(small, mutant.name) for mutant in before]
    assert after == [mutant._replace(file="negotiation/numbers.py") for mutant in before]


@pytest.mark.long
def test_each_mutant_that_is_listed_as_changing_nothing_is_there():
    listed = tomllib.loads((ROOT / "tests" / "mutation" / "equivalent.toml").read_text(encoding="utf-8"))
    assert [name for name in listed if named(ROOT, name) is None] == []


@pytest.mark.long
@pytest.mark.parametrize("quick", [True, False])
def test_slips_that_tests_find_and_slips_that_they_do_not(small, quick):
    words = ["--copy", str(small), "--count", "6", *(["--quick"] if quick else [])]
    shown = printed(python("-m", "tests.mutation", *words, cwd=ROOT))
    said = dict(line.split("\t")[::2] for line in shown.splitlines() if "::" in line)
    assert said == dict.fromkeys(FOUND, "killed") | dict.fromkeys(MISSED, "survived")
    assert "67% found" in shown
    assert (small / "negotiation" / "sums.py").read_text() == SUMS

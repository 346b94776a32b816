"""The page that says what `complete` asserts has one row for each entry point whose result has a status."""

import ast
import inspect
import re
from pathlib import Path
from typing import get_args, get_type_hints

import numpy as np

import negotiation as ng
from negotiation.base.labelled import Tabular
from negotiation.base.numeric import KNIFE_EDGE, REGRET_TOLERANCE
from negotiation.game_theory.solvers.penal_codes.numerics import NUMERICS as PENAL_CODES
from negotiation.game_theory.solvers.thresholds.numerics import NUMERICS as THRESHOLDS

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "what-complete-means.md"


def public_names():
    """Return the names that the package lists as imports, by its stub."""
    stub = ast.parse(Path(ng.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    imports = [node for node in stub.body if isinstance(node, ast.ImportFrom)]
    return {alias.name for node in imports for alias in node.names}


def has_status(kind):
    fields = getattr(kind, "__dataclass_fields__", {})
    return "status" in fields or isinstance(getattr(kind, "status", None), property)


def entry_points():
    for name in public_names():
        function = getattr(ng, name)
        if inspect.isfunction(function):
            answer = get_type_hints(function).get("return")
            if any(map(has_status, get_args(answer) or (answer,))):
                yield name


def rows(text):
    """Return the cells of each row of the page, by entry point."""
    found = [[cell.strip() for cell in line.strip("|\n ").split(" | ")] for line in text.splitlines()]
    return [cells for cells in found if re.fullmatch(r"`ng\.\w+`", cells[0])]


def faults(text):
    """Return the entry points that have no row or several, and the rows of what has no status."""
    named = [cells[0].strip("`").removeprefix("ng.") for cells in rows(text)]
    wanted = sorted(entry_points())
    return [name for name in wanted if named.count(name) != 1] + [n for n in named if n not in wanted]


def test_every_entry_point_with_a_status_has_one_row():
    assert faults(PAGE.read_text(encoding="utf-8")) == [], (
        f"each needs one row of {PAGE.name}, and no other has one"
    )


def test_what_has_a_status_has_a_reason():
    stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    clock = {"gain": 1, "stake": 2, "false_alarm": 0.2, "detection": 0.9, "discount_factor": 0.9}
    assert ng.minmax(stage).reason == "nothing is left out"
    assert ng.alarm_clock(**clock).reason == "nothing is left out; by closed form"
    assert "conditional" in ng.solve(ng.StageGame([[[[1, 2, 3]]]])).reason

    def kinds(base):
        return {found for kind in base.__subclasses__() for found in (kind, *kinds(kind))}

    without = [kind.__name__ for kind in kinds(Tabular) if has_status(kind) and not has_reason(kind)]
    assert without == []


def has_reason(kind):
    fields = getattr(kind, "__dataclass_fields__", {})
    return "reason" in fields or isinstance(getattr(kind, "reason", None), property)


def test_every_row_says_what_is_asserted_by_what_and_when_not():
    assert all(len(cells) == 4 and all(cells) for cells in rows(PAGE.read_text(encoding="utf-8")))


ROWS = {
    cells[0].strip("`").removeprefix("ng."): cells[1:] for cells in rows(PAGE.read_text(encoding="utf-8"))
}


def test_tolerances_on_the_page_are_those_of_the_code():
    assert PENAL_CODES.optimal == 1e-8
    assert "within 1e-8 of the player's range" in ROWS["optimal_penal_code"][0]
    assert (THRESHOLDS.closed_bracket, KNIFE_EDGE, REGRET_TOLERANCE) == (1e-6, 1e-12, 1e-9)
    assert "bracket of 1e-6" in ROWS["critical_discount_factor"][0]
    assert "within 1e-12 of the player's range" in ROWS["verify"][1]
    assert "within 1e-9 where something is mixed" in ROWS["verify"][1]


def test_what_is_never_partial_has_no_other_status_in_its_code():
    # A result whose status is a default that no call replaces.
    never = [name for name, cells in ROWS.items() if cells[2].startswith("never")]
    assert len(never) >= 10
    for name in never:
        answer = get_type_hints(getattr(ng, name)).get("return")
        for kind in get_args(answer) or (answer,):
            field = kind.__dataclass_fields__.get("status")
            assert field is not None, name
            assert field.default == "complete", name


def test_policies_and_profiles_with_transfers_are_never_complete():
    stage = ng.StageGame.from_matrices([[2, -1], [3, 0]], [[2, 3], [-1, 0]])
    one = ng.StochasticGame([stage.payoffs], np.ones((1, 2, 2, 1)), 0.5)
    for found in (
        ng.critical_discount_factor(one, {"0": ("0", "0")}),
        ng.critical_discount_factor(stage, ("0", "0"), transfers=True),
    ):
        assert (found.status, "is not proven" in found.reason) == ("partial", True)


def test_bounds_that_do_not_meet_may_be_complete_and_say_their_gap():
    share = np.array([[[sum(s) + 1 - 2 * s[i] for i in range(3)] for s in np.ndindex(2, 2, 2)]])
    found = ng.bounded_payoffs(ng.RepeatedGame(ng.StageGame(share.reshape(2, 2, 2, 3)), 0.55))
    assert found.status == "complete"
    assert found.gap > 0.0

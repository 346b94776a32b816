"""What results of studies and claims have in common: they stay as they were found, and are titled."""

import pkgutil
from dataclasses import FrozenInstanceError, fields, is_dataclass
from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest

from negotiation.labelled import Tabular
from negotiation.truces import claims, studies
from negotiation.truces.claims import Claim
from negotiation.truces.studies.linkage import LinkageGains, LinkedBargain
from negotiation.truces.studies.payoff_sets import BargainSets, BargainVariant
from negotiation.truces.studies.win_sets import WinSets

MODULES = [
    import_module(f"{package.__name__}.{found.name}")
    for package in (claims, studies)
    for found in pkgutil.iter_modules(package.__path__)
]
KINDS = sorted(
    {
        kind
        for module in MODULES
        for kind in vars(module).values()
        if is_dataclass(kind) and kind.__module__ == module.__name__
    },
    key=lambda kind: (kind.__module__, kind.__name__),
)
VALUES = {Claim, BargainVariant}
"""What is the same where all parts of it are; everything else holds arrays or tables, and is itself alone."""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_was_found_cannot_be_changed_and_is_the_same_as_itself_alone(kind):
    one, other = object.__new__(kind), object.__new__(kind)
    for field in fields(kind):
        with pytest.raises(FrozenInstanceError):
            setattr(one, field.name, None)
    if kind in VALUES:
        for each in (one, other):
            for field in fields(kind):
                object.__setattr__(each, field.name, f"some {field.name}")
        assert (one == other, hash(one) == hash(other)) == (True, True)
        object.__setattr__(other, fields(kind)[0].name, "another")
        assert one != other
    else:
        assert one == one
        assert len({one, other}) == 2


def test_the_results_that_are_tables_are_complete_if_nothing_else_is_said_of_them():
    tables = {kind for kind in KINDS if issubclass(kind, Tabular)}
    told = {
        kind.__name__: field.default for kind in tables for field in fields(kind) if field.name == "status"
    }
    assert set(told) == {kind.__name__ for kind in tables}
    assert len(told) == 6
    assert set(told.values()) == {"complete"}


def test_gains_by_linkage_have_a_row_for_each_bargain_and_side():
    def picked(payoffs, disagreement):
        return SimpleNamespace(payoffs=np.array(payoffs), disagreement=np.array(disagreement))

    bargains = tuple(
        LinkedBargain(point, rule, picked([k + 3.0, k - 2.0], [0.5, -0.5]), picked([1.0, 4.0], [0.25, -2.5]))
        for k, (point, rule) in enumerate([("trade war", "Nash"), ("worst equilibrium", "egalitarian")])
    )
    table = LinkageGains(("A", "B"), None, None, bargains).table()
    assert table.title == "who gains from controls on the table"
    assert table.columns == (
        "disagreement", "rule", "player", "disagreement without, % GDP", "disagreement with, % GDP",
        "controls off the table, % GDP", "controls on it, % GDP", "gain by linkage, % GDP",
    )  # fmt: skip
    assert table.rows == (
        ("trade war", "Nash", "A", 0.25, 0.5, 1.0, 3.0, 2.0),
        ("trade war", "Nash", "B", -2.5, -0.5, 4.0, -2.0, -6.0),
        ("worst equilibrium", "egalitarian", "A", 0.25, 0.5, 1.0, 4.0, 3.0),
        ("worst equilibrium", "egalitarian", "B", -2.5, -0.5, 4.0, -1.0, -5.0),
    )


def test_titles_and_columns_name_the_sides_and_the_unit():
    sets = BargainSets((), (), ("A", "B"), 0.9).table()
    assert sets.title == "equilibrium payoffs of the core game"
    assert sets.columns == (
        "game", "profiles", "worst for A, % GDP", "best for A", "worst for B", "best for B", "vertices",
        "gap", "status",
    )  # fmt: skip
    ratified = WinSets(
        ("A", "B"), np.array([0.25]), 8, np.array([[5, 6]]), np.array([4]), np.array([3]),
        np.array([[True, False]]), np.array([[0.5, -1.5]]), "stage equilibrium",
    ).table()  # fmt: skip
    assert dict(zip(ratified.columns, ratified.rows[0], strict=True)) == {
        "hawk weight": 0.25, "A ratifies": 5, "B ratifies": 6, "both ratify": 4, "better for one or both": 3,
        "A ratifies full calm": True, "B ratifies full calm": False, "no agreement, A, % GDP": 0.5,
        "no agreement, B, % GDP": -1.5,
    }  # fmt: skip

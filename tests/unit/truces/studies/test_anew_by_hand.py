"""What changes what is negotiated: each change from its own two equilibria, and counts over draws by hand."""

from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes.posture import posture_from_label
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.studies import negotiated_anew as module
from negotiation.truces.studies.negotiated_anew import (
    AnewAt,
    NegotiatedAnew,
    Relations,
    negotiated_anew,
)
from negotiation.truces.studies.relations import (
    relation,
    with_clock,
    with_label,
    with_precedent,
    without_controls,
)
from tests.us_china import SCENARIO

HALF = replace(SCENARIO.default_state, stocks=1)
"""Not the state that is taken if none is given."""


@pytest.fixture(scope="module")
def found():
    return negotiated_anew(SCENARIO, chances=[0.2], size="small", state=HALF)


@pytest.fixture(scope="module")
def parts():
    """The relation with the controls, without them, and what is negotiated in the first."""
    whole = relation(SCENARIO, HALF, size="small")
    return whole, without_controls(SCENARIO, whole, HALF), solved(whole)


def solved(game, chance=0.2):
    return ng.negotiation_equilibrium(game, negotiation_probability=chance)


def told(found, name):
    (row,) = found.rows
    return row.changes[name][0]


def in_state(equilibrium, **components):
    return np.array(equilibrium.negotiated[replace(HALF, **components).label])


def test_it_is_told_where_the_relation_stands(found, parts):
    (row,) = found.rows
    assert row.chance == 0.2
    np.testing.assert_allclose(row.negotiated[0], in_state(parts[2]))
    assert found.state == HALF
    assert "I1" in found.table().title
    default = negotiated_anew(SCENARIO, chances=[0.2], size="small", changes=["dependence"])
    assert default.state == replace(SCENARIO.default_state, stocks=2)


def test_controls_are_set_against_a_bargain_without_them(found, parts):
    _, outside, own = parts
    np.testing.assert_allclose(told(found, "controls"), in_state(own) - in_state(solved(outside)), atol=1e-9)


def test_dependence_is_set_against_low(found, parts):
    own = parts[2]
    np.testing.assert_allclose(told(found, "dependence"), in_state(own) - in_state(own, curb_dependence=0))


@pytest.mark.parametrize(("name", "stocks"), [("use, stocks full", 2), ("use, stocks gone", 0)])
def test_use_is_set_against_a_period_without_by_what_follows_each(found, parts, name, stocks):
    whole, _, own = parts
    label = replace(HALF, stocks=stocks).label
    first, second = whole.stage(label).actions
    means = []
    for curbed in (True, False):
        harsh = [
            x for x in second if (posture_from_label(x)["rare_earth_curb"] == "october_package") == curbed
        ]
        after = whole.next_states(label, (first[0], harsh[0]))
        means.append(sum(p * np.array(own.negotiated[s]) for s, p in after.items()))
    change = means[0] - means[1]
    assert np.abs(change).max() > 1e-3
    np.testing.assert_allclose(told(found, name), change, atol=1e-9)


def test_a_clock_of_a_year_is_set_against_none(found, parts):
    running = solved(with_clock(SCENARIO, HALF, 365.0, parts[2], "small"), 0.0)
    change = in_state(running, clock=3) - in_state(parts[2])
    np.testing.assert_allclose(told(found, "clock"), change, atol=1e-9)
    half = solved(with_clock(SCENARIO, HALF, 182.5, parts[2], "small"), 0.0)
    assert np.abs(in_state(half, clock=3) - in_state(running, clock=3)).max() > 1e-3


def test_authority_in_force_is_set_against_lost(found):
    game = relation(SCENARIO, HALF, moving=("curb_dependence", "stocks", "authority"), size="small")
    own = solved(game)
    np.testing.assert_allclose(
        told(found, "authority"), in_state(own) - in_state(own, authority=0), atol=1e-9
    )


def test_a_precedent_is_set_against_none_yet(found, parts):
    whole, outside, _ = parts
    own = solved(with_precedent(whole, outside))
    change = np.array(own.negotiated[with_label(HALF.label)]) - in_state(own)
    np.testing.assert_allclose(told(found, "precedent"), change, atol=1e-9)


def test_an_equilibrium_that_did_not_settle_is_told(monkeypatch):
    plain = SimpleNamespace(status="complete")
    monkeypatch.setattr(module, "negotiation_equilibrium", lambda *_, **__: plain)
    monkeypatch.setattr(Relations, "whole", None)
    for statuses, settled in (
        ([], True), (["complete", "complete"], True), (["complete", "partial"], False),
        (["partial", "complete"], False),
    ):  # fmt: skip
        further = {f"c{k}": SimpleNamespace(status=one) for k, one in enumerate(statuses)}
        measures = {name: partial(lambda one, *_: (one, [one]), one) for name, one in further.items()}
        monkeypatch.setattr(module, "_MEASURES", measures)
        _, one, all_settled = Relations(SCENARIO, HALF).changes(0.5, list(further))
        assert all_settled is settled
        assert one is plain
    plain.status = "partial"
    assert Relations(SCENARIO, HALF).changes(0.5, [])[2] is False


@pytest.mark.parametrize("broken", [False, True])
def test_every_draw_is_asked_at_every_chance(monkeypatch, broken):
    asked = []

    class Stub:
        def __init__(self, scenario, state, size):
            self.gdp, self.state, self.size = scenario.parameters["USA.gdp"], state, size

        def changes(self, chance, names):
            asked.append((self.gdp, self.state, self.size, chance))
            base = np.array([self.gdp, -chance])
            made = {name: base + 10 * k for k, name in enumerate(names)}
            settled = not (broken and len(asked) == 4)
            return made, SimpleNamespace(negotiated={self.state.label: base * 2}), settled

    monkeypatch.setattr(module, "Relations", Stub)
    told = []
    options = {"chances": [0.5, 0.25], "changes": ["clock", "controls"], "size": "small", "state": HALF}
    found = negotiated_anew(SCENARIO, draws=3, rng=6, progress=lambda *done: told.append(done), **options)
    generator = np.random.default_rng(6)
    drawn = [SCENARIO.draw(generator).parameters["USA.gdp"] for _ in range(3)]
    assert asked == [(gdp, HALF, "small", chance) for gdp in drawn for chance in (0.5, 0.25)]
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert [row.chance for row in found] == [0.5, 0.25]
    for row in found:
        base = np.array([[gdp, -row.chance] for gdp in drawn])
        np.testing.assert_array_equal(row.negotiated, 2 * base)
        assert list(row.changes) == ["clock", "controls"]
        np.testing.assert_array_equal(row.changes["clock"], base)
        np.testing.assert_array_equal(row.changes["controls"], base + 10)
        for array in (row.negotiated, row.settled, *row.changes.values()):
            assert not array.flags.writeable
    # The fourth question is of the second draw at the second chance.
    assert found.rows[0].settled.all()
    assert found.rows[1].settled.tolist() == [True, not broken, True]
    assert found.status == ("partial" if broken else "complete")
    assert (found.players, found.draws, found.state) == (("USA", "CHN"), 3, HALF)
    asked.clear()
    assert negotiated_anew(SCENARIO, **options).draws == 1
    assert asked[0][0] == SCENARIO.parameters["USA.gdp"]


def test_gains_and_losses_below_a_dollar_are_none():
    edge = NUMERICS.no_change
    changes = np.array([[2 * edge, -2 * edge], [edge / 2, -edge / 2], [0.0, 5.0], [-3.0, -7.0]])
    row = AnewAt(0.5, changes, {"clock": changes}, np.ones(4, dtype=bool))
    assert [row.share("clock", i) for i in (0, 1)] == [0.25, 0.25]
    assert [row.lost("clock", i) for i in (0, 1)] == [0.25, 0.5]
    assert row.median("clock", 0) == pytest.approx(edge / 4)
    assert row.median("clock", 1) == pytest.approx(-1.25 * edge)
    table = NegotiatedAnew(("A", "B"), (row,), 4, HALF).table()
    assert table.rows == (("clock", 0.5, row.median("clock", 0), 0.25, row.median("clock", 1), 0.25, "100%"),)
    assert table.title == f"what is negotiated more, USD bn a year, 4 draws in state {HALF.label}"
    assert NegotiatedAnew(("A", "B"), (), 4, HALF).table().rows == ()


def test_a_precedent_is_worth_nothing_where_nothing_that_is_agreed_lasts(found):
    (row,) = negotiated_anew(SCENARIO, chances=[1.0], changes=["precedent"], size="small", state=HALF)
    assert np.abs(row.changes["precedent"]).max() < 1e-9
    assert np.abs(told(found, "precedent")).max() > 1e-3

"""Rates of made-up theories: which are alike, what is shown, and where games are asked."""

from types import SimpleNamespace

import numpy as np
import pytest

from negotiation.truces.numerics import NUMERICS
from negotiation.truces.studies import theory_rates as module
from negotiation.truces.studies.theory_rates import TheoryRates, UnknownSituation, theory_rates
from negotiation.truces.theories import UnknownTheory

SAME = NUMERICS.same_rate


def rates(*numbers):
    return TheoryRates(
        "a", tuple("ABCD"[: len(numbers)]), ("kept", "step"), ("x", "y", "z"), np.array(numbers, dtype=float)
    )


FOUND = rates(
    [[1.0, 0.0, 0.0], [2.0, 5.0, 0.0]],
    [[1.0, 0.0, 0.5], [2.0, 5.0, 0.0]],
    [[1.5, 0.0, 0.0], [-1.0, 5.0, 0.0]],
)


def test_theories_are_as_far_apart_as_their_largest_difference_anywhere():
    for one, other, told in (
        ("A", "B", 0.5),
        ("A", "C", 3.0),
        ("B", "C", 3.0),
        ("B", "A", 0.5),
        ("C", "C", 0.0),
    ):
        assert FOUND.distance(one, other) == told
    for given in (("A", "D"), ("D", "A")):
        with pytest.raises(UnknownTheory, match=r"'D'.*A, B, C"):
            FOUND.distance(*given)


def test_theories_are_alike_up_to_the_bound_and_stand_in_their_order():
    base = np.zeros((2, 3))
    near, edge, far = base.copy(), base.copy(), base.copy()
    near[1, 2], edge[0, 0], far[1, 1] = SAME / 2, -SAME, 2 * SAME
    assert rates(base, near, edge, far).alike() == (("A", "B", "C"), ("D",))
    assert rates(far, base, far, near).alike() == (("A", "C"), ("B", "D"))
    assert FOUND.alike() == (("A",), ("B",), ("C",))


def test_a_table_has_the_events_that_come_at_all_in_its_situation():
    table = FOUND.table()
    assert table.rows == (("x", 1.0, 1.0, 1.5), ("z", 0.0, 0.5, 0.0))
    assert table.columns == ("event", "A", "B", "C")
    assert table.title == "Moves a year, a, kept"
    assert FOUND.table("step").rows == (("x", 2.0, 2.0, -1.0), ("y", 5.0, 5.0, 5.0))
    assert FOUND.table("step").title.endswith("step")
    with pytest.raises(UnknownSituation, match=r"no situation 'peace'.*kept, step"):
        FOUND.table("peace")


ORDER = ["off", "on", "low", "middle", "high", "open", "some", "shut"]


def position(_, level):
    return ORDER.index(level)


class Levels(dict):
    """Levels by country, and what they are after a change."""

    def after(self, country, change):
        return f"{country} {change}"


LADDERS = {
    ("USA", "tariff"): ("low", "middle", "high"),
    ("CHN", "tariff"): ("low", "middle", "high"),
    ("CHN", "curb"): ("off", "on"),
    ("USA", "visa"): ("open", "some", "shut"),
}


class Game:
    """A theory's game whose rates say where and by whom they were asked."""

    def __init__(self, theory, offset):
        self.theory, self.offset, self.start = theory, offset, "start"
        self.game = SimpleNamespace(events=("e", "f"))
        self.ladders = LADDERS
        self.kept = Levels(USA={"tariff": "low", "visa": "some"}, CHN={"tariff": "middle", "curb": "on"})
        self.steps = []

    def phase_after(self, steps):
        self.steps.append(tuple(steps))
        return f"after {len(self.steps)}"

    def state_of(self, postures, phase):
        return f"{postures} {phase}"

    def intensities(self, state):
        k = 0 if state == "start" else int(state[-1])
        return {"f": self.offset + k + 0.5, "e": self.offset + k, "other": 99.0}


def test_games_are_asked_at_what_is_kept_and_after_each_next_harsher_step(monkeypatch):
    made = []

    class Paper:
        id = "paper"

        def continuous_game(self, name, world, **options):
            made.append((name, world, options, Game(name, 10.0 * len(made))))
            return made[-1][-1]

    world = SimpleNamespace(
        instruments=dict.fromkeys(("tariff", "curb", "visa"), SimpleNamespace(position=position))
    )
    theories = {name: SimpleNamespace(in_time=name != "no form") for name in ("one", "no form", "two")}
    monkeypatch.setattr(module, "theories_by_name", lambda: theories)
    monkeypatch.setattr(module, "scenario_for", lambda _, given: {"given": world}[given])
    options = {"size": "core", "instruments": ("tariff",), "precision": 3.0, "move_rate": 7.0}
    found = theory_rates(Paper(), "given", **options)
    assert [m[:3] for m in made] == [("one", world, options), ("two", world, options)]
    assert found.theories == ("one", "two")
    assert found.events == ("e", "f")
    assert found.agreement == "paper"
    # The curb stands at its harshest; the others go one level up from what is kept.
    assert found.situations == ("kept", "USA tariff middle", "CHN tariff high", "USA visa shut")
    steps = [
        ("USA", "tariff", "low", "middle"),
        ("CHN", "tariff", "middle", "high"),
        ("USA", "visa", "some", "shut"),
    ]
    for *_, one in made:
        assert one.steps == [(step,) for step in steps]
    np.testing.assert_array_equal(
        found.rates, [[[base + k, base + k + 0.5] for k in range(4)] for base in (0.0, 10.0)]
    )


def test_an_agreement_may_be_named(monkeypatch):
    asked = []
    monkeypatch.setattr(module, "theories_by_name", dict)

    def named(name, scenario):
        asked.append((name, scenario))
        raise LookupError

    monkeypatch.setattr(module, "truce", named)
    with pytest.raises(LookupError):
        theory_rates("2025-10-busan", "us-china-2025")
    assert asked == [("2025-10-busan", "us-china-2025")]

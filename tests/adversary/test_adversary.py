"""A small fixed part of the suite, and proof that it can fail: `python -m tests.adversary` runs the whole."""

import re
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import negotiation as ng
from tests.adversary import repeated_referees, report, set_referees, stage_referees
from tests.adversary.families import case, key
from tests.adversary.suite import ENTRIES, run
from tests.properties.plane import distance

SEED = 20_251_125
DILEMMA = np.array([[[9, 9], [1, 10]], [[10, 1], [3, 3]]], dtype=object) * Fraction(1)
BY_NAME = {entry.name: entry for entry in ENTRIES}


def only(name: str) -> tuple:
    return (BY_NAME[name]._replace(every=1),)


@pytest.mark.long
def test_nothing_is_wrong_in_a_few_hundred_games():
    # Of each entry point at least nine games, one of each family.
    count = run(SEED, range(450), tuple(entry._replace(every=min(entry.every, 50)) for entry in ENTRIES))
    assert not count.wrong, count.faults
    assert len(count.games) > 440
    assert {name for name, _ in count.asked} == set(BY_NAME)


def test_the_same_seed_makes_the_same_games_and_another_one_others():
    first, again = ([key(case(seed, n)[0]) for n in range(18)] for seed in (1, 1))
    assert first == again
    assert not set(first) & {key(case(2, n)[0]) for n in range(18)}


def test_the_page_has_a_table_of_a_whole_run_without_a_wrong_answer():
    page = report.PAGE.read_text(encoding="utf-8")
    section = page.split(report.BEGIN)[1].split(report.END)[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
    counts = {row[0]: list(map(int, row[1:])) for row in rows if len(row) == 4 and row[1].isdigit()}
    games, wrong, doubted = counts.pop("all")
    assert wrong == 0
    assert "0 refused, 0 with another status in another unit." in section
    assert (games, doubted) == tuple(sum(row[k] for row in counts.values()) for k in (0, 2))
    # Those of which there is nothing to tell share a row; a sentence counts each.
    listed = section.split("The others, with their games: ")[1].split(".\n")[0]
    each = {name: int(n) for name, n in re.findall(r"(?:^|; )(.*?) \((\d+)\)", listed)}
    assert sum(each.values()) == counts.pop("the others")[0]
    assert {*counts, *each} == set(BY_NAME)
    assert sum(int(row[1]) for row in rows if len(row) == 3 and row[1].isdigit()) == doubted
    assert int(section.split(" distinct games")[0].split()[-1]) >= 20_000


def test_families_are_what_their_names_say():
    moved = [case(1, n)[0] for n in range(900)]
    assert max(abs(c.zero[0]) for c in moved) > 10**12
    assert max(c.unit[0] for c in moved) > 10**10
    assert min(c.unit[1] for c in moved) < Fraction(1, 10**10)
    assert all(bool((c.truth[..., 0] + c.truth[..., 1] == 0).all()) for c in moved if c.family == "zero-sum")


# What the referees say of games whose answers are known.


def test_referees_of_one_period():
    chicken = np.array([[[6, 6], [2, 7]], [[7, 2], [0, 0]]], dtype=object) * Fraction(1)
    third = Fraction(1, 3)
    assert stage_referees.pure_profiles(chicken) == [(0, 1), (1, 0)]
    assert stage_referees.extreme_equilibria(chicken) == {
        ((1, 0), (0, 1)), ((0, 1), (1, 0)), ((2 * third, third), (2 * third, third)),
    }  # fmt: skip
    assert stage_referees.best_obedient(chicken, [Fraction(1), Fraction(1)]) == Fraction(21, 2)
    assert stage_referees.zero_sum_value([[Fraction(1), Fraction(-1)], [Fraction(-1), Fraction(1)]]) == 0
    rows = [[Fraction(x) for x in row] for row in ([3, 0], [0, 3], [1, 1])]
    assert [stage_referees.is_beaten(rows, k, weakly=False) for k in range(3)] == [False, False, True]
    rows[2] = [Fraction(3, 2)] * 2
    assert not stage_referees.is_beaten(rows, 2, weakly=False)
    assert not stage_referees.is_beaten(rows, 2, weakly=True)
    rows[2] = [Fraction(3), Fraction(-1)]
    assert [stage_referees.is_beaten(rows, 2, weakly=w) for w in (False, True)] == [False, True]


def test_referees_of_repetition():
    seventh = Fraction(1, 7)
    assert repeated_referees.grim_interval(DILEMMA, (0, 0), (1, 1)) == (seventh, 1)
    assert repeated_referees.grim_holds(DILEMMA, (0, 0), (1, 1), (seventh, seventh))
    assert not repeated_referees.grim_holds(DILEMMA, (0, 0), (1, 1), (seventh, seventh / 2))
    assert not repeated_referees.grim_renegotiation_proof(DILEMMA, (0, 0), (1, 1), (seventh, seventh))
    assert repeated_referees.finite_payoffs(DILEMMA, 3, Fraction(1)) == {(3, 3)}
    stay = {(s, a, b): [Fraction(s == t) for t in (0, 1)] for s in (0, 1) for a in (0, 1) for b in (0, 1)}
    found = repeated_referees.pure_markov((DILEMMA, DILEMMA), stay, Fraction(1, 2))
    assert found == {((1, 1), (1, 1))}


@pytest.mark.parametrize(
    ("delta", "corners"), [(Fraction(1, 8), 1), (Fraction(1, 7), 2), (Fraction(3, 4), 4)]
)
def test_referees_of_sets(delta, corners):
    outer, inner = set_referees.bounds(DILEMMA, (delta, delta))
    assert len(inner) == corners
    assert all(isinstance(x, Fraction) for p in inner for x in p)
    assert all(distance([float(x) for x in p], outer) < 1e-8 for p in inner)
    assert all(distance(p, inner) < 1e-8 for p in outer)


def test_the_tightened_operator_bounds_a_set_without_plain_vertices_from_within():
    truth = DILEMMA + Fraction(1, 10**7) * np.array([[[1, 0], [0, 2]], [[0, 0], [3, 0]]], dtype=object)
    outer, inner = set_referees.bounds(truth, (Fraction(3, 5), Fraction(1, 3)))
    assert inner
    assert all(isinstance(x, float) for p in inner for x in p)
    assert all(distance(p, outer) < 1e-8 for p in inner)
    assert all(distance(p, inner) < 1e-5 for p in outer)


# A wrong answer is caught. Each fault is put in place of the entry point.


def _without_one(found):
    return replace(found, equilibria=found.equilibria[1:])


def _moved_set(found):
    return replace(found, outer=found.outer + 0.01 * found.size, inner=found.inner + 0.01 * found.size)


def _moved_threshold(found):
    if not found.intervals:
        return found
    moved = tuple((low + Fraction(1, 50), high) for low, high in found.intervals)
    return replace(found, intervals=moved)


FAULTS = [
    ("verify, pure", "verify", lambda found: replace(found, holds=not found.holds)),
    ("verify, mixed", "verify", lambda found: replace(found, holds=True)),
    ("verify, grim trigger", "verify", lambda found: replace(found, holds=True)),
    ("solve, pure_equilibria", "solve", _without_one),
    ("solve", "solve", _without_one),
    ("solve, other methods", "solve", lambda found: replace(_without_one(found), status="complete")),
    (
        "correlated_equilibrium",
        "correlated_equilibrium",
        lambda found: replace(found, payoffs=found.payoffs * 0.99),
    ),
    ("dominated_actions", "dominated_actions", lambda found: replace(found, dominated=found.dominated[1:])),
    ("minmax", "minmax", lambda found: replace(found, values=found.values + 1e-3)),
    ("critical_discount_factor, grim", "critical_discount_factor", _moved_threshold),
    ("equilibrium_payoffs", "equilibrium_payoffs", _moved_set),
    ("equilibrium_payoffs, aps", "equilibrium_payoffs", _moved_set),
    ("equilibrium_payoffs, judd_yeltekin_conklin", "equilibrium_payoffs", _moved_set),
    ("optimal_penal_code", "optimal_penal_code", lambda found: replace(found, payoffs=found.payoffs + 0.5)),
    (
        "finite_horizon_payoffs",
        "finite_horizon_payoffs",
        lambda found: replace(found, payoffs=found.payoffs[1:]),
    ),
    ("renegotiation_proofness", "renegotiation_proofness", lambda found: replace(found, holds=True)),
    ("markov_perfect_equilibria, pure", "markov_perfect_equilibria", _without_one),
]


@pytest.mark.long
@pytest.mark.parametrize(("entry", "name", "fault"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_wrong_answer_is_caught(monkeypatch, entry, name, fault):
    honest = getattr(ng, name)
    monkeypatch.setattr(ng, name, lambda *args, **options: fault(honest(*args, **options)))
    count = run(SEED, range(18), only(entry))
    assert sum(count.wrong.values()) > 0


@pytest.mark.long
def test_a_gain_that_another_players_unit_hides_is_caught(monkeypatch):
    # One tolerance for all players, relative to the range of all their payoffs together.
    def pooled(stage, profile, *, exact=False):
        verdict = ng.solvers_verify(stage, profile, exact=exact)
        return replace(verdict, holds=verdict.margin >= -1e-9 * float(np.ptp(stage.payoffs)))

    monkeypatch.setattr(ng, "solvers_verify", ng.verify, raising=False)
    monkeypatch.setattr(ng, "verify", pooled)
    count = run(SEED, range(450), only("verify, pure"))
    assert {family for _, family in count.wrong} <= {
        "one player scaled",
        "one player shifted",
        "perturbed by 1e-9",
    }
    assert count.wrong["verify, pure", "one player shifted"] > 0
    assert count.wrong["verify, pure", "one player scaled"] > 0


def test_another_error_than_a_named_one_is_wrong_and_a_named_one_a_refusal(monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("division by zero")

    def refusing(*_, **__):
        raise ng.NegotiationError("not here")

    for error, field in ((broken, "wrong"), (refusing, "refused")):
        monkeypatch.setattr(ng, "minmax", error)
        count = run(SEED, range(9), only("minmax"))
        assert sum(getattr(count, field).values()) == 9
        assert (Counter(count.wrong) == Counter()) is (field == "refused")

"""The catalogue's published values of games that have no file of their own, and what all entries keep."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.games.catalogue.published import Catalogue

ENTRIES = ng.catalogue()
ROOT = Path(__file__).parents[2]


def known(name):
    return ENTRIES[name].known


def payoffs(name):
    return sorted(tuple(e.payoffs) for e in ng.solve(ENTRIES[name].game(), method="pure_equilibria"))


@pytest.mark.long
@pytest.mark.parametrize("name", ENTRIES)
def test_each_entry_makes_its_game_and_names_a_source_with_its_year(name):
    entry = ENTRIES[name]
    kinds = (ng.StageGame, ng.RepeatedGame, ng.StochasticGame, ng.ContinuousTimeGame)
    assert isinstance(entry.game(), kinds)
    assert any(part.strip().isdigit() and len(part.strip()) == 4 for part in entry.source.split(","))
    assert entry.says.endswith(".")


def unheld(entries, root=ROOT):
    """Return the entries whose tests do not name them, or do not use a value."""
    texts = {entry.test: (root / entry.test).read_text(encoding="utf-8") for entry in entries.values()}
    return [
        f"{name}: {entry.test} has no {word!r}"
        for name, entry in entries.items()
        for word in (name, *entry.known)
        if f'"{word}"' not in texts[entry.test]
    ]


def test_each_value_is_used_by_the_test_that_is_said_to_hold_it():
    assert unheld(ENTRIES) == []


def test_a_value_that_no_test_uses_is_found():
    entry = ENTRIES["gillette-1957"]
    (fault,) = unheld(Catalogue((replace(entry, known={"another" + " value": 1}),)))
    assert fault == f"gillette-1957: {entry.test} has no 'another value'"


def test_unknown_names_are_answered_with_the_nearest():
    with pytest.raises(ng.errors.UnknownGame, match="basu-1994"):
        ENTRIES["basu-1995"]


@pytest.mark.parametrize(
    "name", ["luce-raiffa-1957", "aumann-1974", "aumann-1990", "basu-1994", "van-huyck-battalio-beil-1990"]
)
def test_pure_payoffs(name):
    expected = np.array(sorted(known(name)["pure payoffs"]), dtype=float)
    assert np.array(payoffs(name), dtype=float) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("name", ["luce-raiffa-1957", "aumann-1974"])
def test_mixed_payoffs(name):
    mixed = [e for e in ng.solve(ENTRIES[name].game()) if max(map(max, e.strategies)) < 1]
    assert len(mixed) == 1
    assert mixed[0].payoffs == pytest.approx([known(name)["mixed payoff"]] * 2, abs=1e-12)


@pytest.mark.parametrize(
    "name", ["mckelvey-mclennan-1996", "nau-gomez-canovas-hansen-2004-irrational", "gambit-3x3x3"]
)
def test_all_equilibria_of_three(name):
    found = ng.solve(ENTRIES[name].game())
    assert (found.status, len(found)) == ("complete", known(name)["equilibria"])
    if name == "gambit-3x3x3":
        assert len(payoffs(name)) == known(name)["pure equilibria"]
    if name == "mckelvey-mclennan-1996":
        mixed = [e for e in found if min(map(min, e.strategies)) > 0]
        assert len(mixed) == known(name)["completely mixed"]


def test_continua_of_three():
    name = "nau-gomez-canovas-hansen-2004-curve"
    curve = ng.solve(ENTRIES[name].game())
    assert len(payoffs(name)) == known(name)["pure equilibria"]
    points = {c.equilibrium for c in curve.continua}
    ends = [e for k, e in enumerate(curve) if k not in points and not e.is_pure]
    assert len(ends) == known(name)["incompletely mixed"]
    everywhere = [c.dimension for c in curve.continua if all(len(own) == 2 for own in c.support)]
    assert everywhere == [known(name)["dimension of the completely mixed"]]
    name = "nau-gomez-canovas-hansen-2004-segment"
    segment = ng.solve(ENTRIES[name].game())
    # The segment and its two ends.
    assert [c.dimension for c in segment.continua] == [known(name)["dimension of all"]]
    assert (segment.status, len(segment)) == ("complete", 3)


def test_correlation_pays_more_than_mixing():
    target = np.array(known("aumann-1974")["a correlated payoff"], dtype=float)
    found = ng.correlated_equilibrium(ENTRIES["aumann-1974"].game())
    assert sum(found.payoffs) >= target.sum()
    corners = ng.extreme_correlated_payoffs(ENTRIES["aumann-1974"].game()).vertices
    assert (corners >= target - 1e-9).all(axis=1).any()


def test_fictitious_play_has_nowhere_to_rest_but_the_middle():
    name = "shapley-1964"
    (only,) = ng.solve(ENTRIES[name].game())
    assert only.payoffs == pytest.approx([known(name)["payoff of either"]] * 2, abs=1e-12)
    for strategy in only.strategies:
        assert strategy == pytest.approx([known(name)["chance of each action"]] * 3, abs=1e-12)


def test_three_pennies_have_no_pure_equilibrium():
    assert len(payoffs("jordan-1993")) == known("jordan-1993")["pure equilibria"]


def test_matching_pennies_of_von_neumann():
    (only,) = ng.solve(ENTRIES["von-neumann-1928"].game())
    assert only.payoffs == pytest.approx([known("von-neumann-1928")["value"]] * 2, abs=1e-12)
    expected = [known("von-neumann-1928")["chance of each side"]] * 2
    assert all(strategy == pytest.approx(expected, abs=1e-12) for strategy in only.strategies)


def test_a_prize_moves_the_other_player():
    values = known("ochs-1995")
    for prize, chance in zip(values["prizes"], values["column's chance of left"], strict=True):
        (only,) = ng.solve(ENTRIES["ochs-1995"].game(prize=prize))
        assert only.strategies[0][0] == pytest.approx(0.5, abs=1e-12)
        assert only.strategies[1][0] == pytest.approx(chance, abs=1e-12)


def test_matching_pennies_of_goeree_and_holt():
    name = "goeree-holt-2001"
    (only,) = ng.solve(ENTRIES[name].game())
    assert only.strategies[0][0] == pytest.approx(known(name)["row's chance of top"], abs=1e-12)
    assert only.strategies[1][0] == pytest.approx(known(name)["column's chance of left at 320"], abs=1e-12)


@pytest.mark.parametrize(("value", "cost"), [(2, 3), (1, 4)])
def test_hawks_are_as_many_as_the_value_is_of_the_cost(value, cost):
    assert known("maynard-smith-1982")["chance of a hawk"] == "value over cost"
    found = ng.solve(ENTRIES["maynard-smith-1982"].game(value=value, cost=cost))
    (both,) = [e for e in found if max(map(max, e.strategies)) < 1]
    assert [s[0] for s in both.strategies] == pytest.approx([value / cost] * 2, abs=1e-12)


def test_grim_trigger_in_the_tournament():
    stage = ENTRIES["axelrod-1984"].game()
    grim = ng.strategies.grim_trigger(stage, ("C", "C"), ("D", "D"))
    assert ng.critical_discount_factor(stage, grim).value == known("axelrod-1984")["grim trigger from"]


@pytest.mark.parametrize("delta", [0.3, 0.9])
def test_three_with_one_interest_are_not_held_below_a_quarter(delta):
    stage = ENTRIES["fudenberg-maskin-1986"].game()
    found = ng.bounded_payoffs(ng.RepeatedGame(stage, delta))
    assert found.status == "complete"
    assert ng.minmax(stage).values.tolist() == [0, 0, 0]
    assert found.inner.min() >= known("fudenberg-maskin-1986")["no payoff below"]


@pytest.mark.parametrize(("alarm", "after"), [(0.1, 0.6), (0.2, 0.9)])
def test_partners_lose_what_the_likelihood_ratio_says(alarm, after):
    name = "abreu-milgrom-pearce-1991"
    assert known(name)["best symmetric payoff"].startswith("R - h / (l - 1)")
    best = 2 - 1 / (after / alarm - 1)
    game = ENTRIES[name].game(delta=0.99, alarm=alarm, after_breach=after)
    limit = ng.public_perfect_limit(game.stage, game.monitoring)
    assert limit.support((1, 1)) == pytest.approx(2 * best, abs=1e-9)
    assert ng.equilibrium_payoffs(game, transfers=True).joint == pytest.approx(2 * best, abs=1e-9)


def test_a_duopoly_does_no_better_together_than_a_monopoly():
    # "judd-yeltekin-conklin-2003": no number of theirs is known here.
    game = ENTRIES["judd-yeltekin-conklin-2003"].game(quantities=7)
    found = ng.equilibrium_payoffs(game)
    assert found.status == "complete"
    assert found.outer.sum(axis=1).max() <= 9 + 1e-9
    assert found.contains((4, 4))


@pytest.mark.parametrize("delta", [0.5, 0.9])
def test_the_big_match(delta):
    name = "gillette-1957"
    (only,) = ng.markov_perfect_equilibria(ENTRIES[name].game(delta=delta))
    assert only.values[0] == pytest.approx([known(name)["value"], -known(name)["value"]], abs=1e-9)
    assert known(name)["chance of the last guess"] == "(1 - delta) / (2 - delta)"
    assert only.mixed_actions[0][0][1] == pytest.approx((1 - delta) / (2 - delta), abs=1e-9)

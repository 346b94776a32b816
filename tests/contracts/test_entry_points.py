"""Every public function that takes a game is right on hard games, or refuses them."""

import inspect
import warnings
from dataclasses import replace

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.games.capabilities import CAPABILITIES
from negotiation.game_theory.solvers.payoff_sets.perfect.abreu_sannikov import abreu_sannikov
from negotiation.game_theory.solvers.payoff_sets.perfect.judd_yeltekin_conklin import (
    abreu_pearce_stacchetti,
    judd_yeltekin_conklin,
)
from negotiation.game_theory.solvers.payoff_sets.perfect.policy_iteration import policy_iteration
from negotiation.game_theory.solvers.payoff_sets.public.payoffs import public_perfect_payoffs
from negotiation.game_theory.solvers.relational.public_transfers import payoffs_with_public_transfers
from negotiation.game_theory.solvers.relational.seen_states import payoffs_with_seen_states
from negotiation.game_theory.solvers.relational.several_players import payoffs_of_several
from tests.contracts.hard_games import DILEMMA, GAMES, THREE, blind

SOLVERS = {
    f.__name__: f
    for f in (
        abreu_sannikov,
        judd_yeltekin_conklin,
        abreu_pearce_stacchetti,
        policy_iteration,
        public_perfect_payoffs,
        payoffs_with_public_transfers,
        payoffs_of_several,
        payoffs_with_seen_states,
    )
}
VALUES = {"periods": 2, "precision": 1.0, "max_precision": 1.0, "negotiation_probability": 0.5}
KINDS = {"StageGame": ng.StageGame, "RepeatedGame": ng.RepeatedGame, "StochasticGame": ng.StochasticGame}
NO_ANSWER = {"verify", "value", "certificate", "write_nfg", "issue_signal", "product_game", "bargain"}
"""These take a game and have tests of their own of what they refuse: they solve nothing by themselves."""


def entry_points():
    for name in dir(ng):
        found = getattr(ng, name)
        if inspect.isfunction(found) and not name.startswith("_"):
            first = next(iter(inspect.signature(found).parameters.values()), None)
            kinds = str(first.annotation).split(" | ") if first else []
            if any(kind in KINDS for kind in kinds) and name not in NO_ANSWER:
                yield name, found
    yield from SOLVERS.items()


POINTS = dict(entry_points())


def arguments(point, game):
    stage = game if isinstance(game, ng.StageGame) else game.stage if hasattr(game, "monitoring") else None
    chosen = stage or DILEMMA
    profile = tuple(labels[-1] for labels in chosen.actions)
    grim = ng.strategies.grim_trigger(chosen, tuple(labels[0] for labels in chosen.actions), profile)
    special = {
        "signal": blind(chosen),
        "profile": profile,
        "target": profile,
        "equilibrium": profile,
        "automaton": grim,
        "opponent": grim,
    }
    needed = list(inspect.signature(point).parameters.values())[1:]
    return {p.name: {**VALUES, **special}[p.name] for p in needed if p.default is p.empty}


def answer(name, game):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return POINTS[name](game, **arguments(POINTS[name], game))
        except ng.NegotiationError:
            return None


def test_every_entry_point_says_what_it_takes():
    assert {*POINTS, "equilibrium_index"} == set(CAPABILITIES)  # it has left the public names


def is_taken(name, game):
    takes = CAPABILITIES[name]
    repeated = isinstance(game, ng.RepeatedGame)
    players = game.stage.n_players if repeated else game.n_players
    return (
        isinstance(game, takes.kinds)
        and (not takes.players or players in takes.players)
        and not (repeated and takes.signal == "refused" and game.monitoring is not None)
        and not (repeated and takes.signal == "needed" and game.monitoring is None)
        and (not repeated or takes.unlike or game.is_common)
    )


@pytest.mark.parametrize("name", sorted(POINTS))
def test_what_is_not_taken_is_refused(name):
    for label, game in GAMES.items():
        if not is_taken(name, game):
            assert answer(name, game) is None, label


@pytest.mark.parametrize("name", sorted(POINTS))
def test_what_is_too_large_is_refused(name, monkeypatch):
    takes = CAPABILITIES[name]
    taken = [game for game in GAMES.values() if is_taken(name, game)]
    assert taken
    monkeypatch.setitem(CAPABILITIES, name, replace(takes, profiles=3))
    for game in taken:
        with pytest.raises(ng.errors.SizeLimit, match=r"at most 3 action profiles; the game has [48]"):
            POINTS[name](game, **arguments(POINTS[name], game))


SETS = [
    "equilibrium_payoffs", "public_perfect_payoffs", "abreu_sannikov", "judd_yeltekin_conklin",
    "abreu_pearce_stacchetti", "policy_iteration", "bounded_payoffs", "payoffs_with_public_transfers",
    "payoffs_of_several", "payoffs_with_seen_states",
]  # fmt: skip


@pytest.mark.parametrize("name", SETS)
def test_a_blind_signal_leaves_the_stage_equilibria(name):
    # Nothing that is played is seen, so only equilibria of the stage game hold, at any patience.
    for label, stage_equilibrium, other in [
        ("dilemma", (3.0, 3.0), (9.0, 9.0)),
        ("three players", (1.0, 1.0, 1.0), (2.0, 2.0, 2.0)),
        ("constant", (3.0, 3.0), (4.0, 3.0)),
    ]:
        found = answer(name, GAMES[f"{label}, blind signal"])
        if found is not None:
            assert found.contains(stage_equilibrium)
            assert not found.contains(other)


@pytest.mark.long
@pytest.mark.parametrize("name", [*SETS, "optimal_penal_code"])
def test_a_game_without_equilibria_has_none(name):
    for monitoring in ("repeated", "unlike discounting", "blind signal", "one state"):
        found = answer(name, GAMES[f"empty set, {monitoring}"])
        if found is not None and name != "optimal_penal_code":
            part = found["0"] if monitoring == "one state" else found
            assert not part.contains((0.0, 0.0))
            assert part.is_empty


@pytest.mark.long
@pytest.mark.parametrize("name", SETS)
def test_a_constant_game_has_its_one_payoff(name):
    for monitoring in ("repeated", "unlike discounting", "blind signal", "one state"):
        found = answer(name, GAMES[f"constant, {monitoring}"])
        if found is not None:
            part = found["0"] if monitoring == "one state" else found
            assert part.contains((3.0, 3.0))
            assert not part.contains((3.1, 3.0))


def test_one_state_is_the_repeated_game():
    one, repeated = (ng.equilibrium_payoffs(GAMES[f"dilemma, {kind}"]) for kind in ("one state", "repeated"))
    for point in [(3, 3), (9, 9), (9.5, 4), (3, 2.5), (9.5, 9)]:
        assert one["0"].contains(point) == repeated.contains(point)
    found = ng.markov_perfect_equilibria(GAMES["dilemma, one state"])
    assert len(found) == 1
    assert found[0].values == pytest.approx(np.array([[3.0, 3.0]]))


def test_three_players_under_a_signal_are_sent_to_what_answers():
    for point in (ng.equilibrium_payoffs, ng.bounded_payoffs):
        with pytest.raises(ng.NegotiationError, match="verify"):
            point(GAMES["three players, blind signal"])
    grim = ng.strategies.grim_trigger(THREE, ("D", "D", "D"), ("C", "C", "C"))
    assert ng.verify(GAMES["three players, repeated"], grim).holds


def test_each_piece_of_advice_names_something_that_exists():
    for takes in CAPABILITIES.values():
        for name in takes.otherwise.split("`")[1::2]:
            assert callable(getattr(ng, name)), name

"""What is no strategy is refused, and the message says what is wrong with what was given."""

from functools import partial

import numpy as np
import pytest

from negotiation.errors import InvalidGame, InvalidStrategy, SizeLimit, UnknownAction, UnknownPlayer
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.strategies.alarms import accused, unkind
from negotiation.strategies import (
    escalation_ladder,
    generous_tit_for_tat,
    grim_trigger,
    mirror,
    penance,
    proportionate_answer,
    renewed_truce,
    simple_strategy_profile,
    slow_to_anger,
    stick_and_carrot,
    tit_for_tat,
)

C, D = ("C", "C"), ("D", "D")
REPENT = {"A": [("C", "D")], "B": [("D", "C")]}
TURNS = {"A": ("C", "D"), "B": ("D", "C")}
BLAME = {"A": ["alarm A", "both"], "B": ["alarm B", "both"]}

ALONE = StageGame([[0], [1]])
THREE = StageGame(np.zeros((2, 2, 2, 3)))
UNLIKE = StageGame(np.zeros((3, 2, 2)))
LARGE = StageGame(np.zeros((40, 40, 2)))
LEVELS = StageGame(np.zeros((4, 4, 2)), ("A", "B"), ("0123",) * 2)
ODD = StageGame(np.zeros((2, 1, 2)), ("A", "B"), (("a|b", "c"), ("d",)))
GAPS = StageGame(np.zeros((3, 4, 2)), ("A", "B"), (("x|p", "y|q", "x|q"), ("s|p", "t|q", "s|q", "t|p")))

CASES = [
    # Strategies of the dilemma.
    (partial(tit_for_tat, cooperate=C), "or neither"),
    (partial(tit_for_tat, cooperate=C, defect=("D", "C")), "two different actions"),
    (lambda game: generous_tit_for_tat(game, C, D, 1.1), "`forgiveness` must be a probability"),
    (lambda game: generous_tit_for_tat(game, C, D, "x"), "`forgiveness` must be a number; got 'x'"),
    (lambda game: grim_trigger(game, ("C", "E"), D), UnknownAction, "'E'"),
    (lambda game: grim_trigger(game, ("C",), D), InvalidGame, "one action for each"),
    (lambda game: grim_trigger(game, C, D, alarm=[]), "the label of one signal, or the labels of several"),
    (lambda game: penance(game, C, D, 0), "number of periods must be a whole number"),
    (lambda game: penance(game, C, TURNS, 1, alarm="alarm"), "must both map the same players"),
    (lambda game: renewed_truce(game, C, D, 0, 0.5), "number of periods must be a whole number"),
    (lambda game: renewed_truce(game, C, D, 2, 1.5), "`renewal` must be a probability"),
    (lambda game: slow_to_anger(game, C, D, 0), "number of breaches must be a whole number"),
    (lambda game: stick_and_carrot(game, C, D, 0), "probability"),
    (lambda game: escalation_ladder(game, []), "at least one rung"),
    (
        lambda game: escalation_ladder(game, [C, D], up=0),
        "rungs up must be a whole number of at least 1; got 0",
    ),
    (lambda game: simple_strategy_profile(game, [C], {"A": [D]}), "no path for player 'B'"),
    (lambda game: simple_strategy_profile(game, [C], {**REPENT, "Z": [D]}), UnknownPlayer, "'Z'"),
    (lambda game: simple_strategy_profile(game, [C], REPENT, cycle=2), "got 1 in `path` and the cycle 2"),
    (lambda game: simple_strategy_profile(game, [C], {**REPENT, "A": []}), "in `punishments` has no profile"),
    (lambda game: accused(game, {"C": "alarm"}), UnknownPlayer, "'C'"),
    (lambda game: unkind(game, C, {}), "at least one player"),
    # Games that a strategy is not for.
    (lambda _: tit_for_tat(UNLIKE), "Name a pair for each"),
    (lambda _: tit_for_tat(THREE), "the game has 3"),
    (lambda _: generous_tit_for_tat(ALONE, ("0",), ("1",)), "for two players; the game has 1"),
    (lambda _: mirror(ODD), "all actions of player 'A' must name equally many levels"),
    (lambda _: mirror(GAPS), r"player 'A' would answer 't\|p' with 'y\|p', which is not an action"),
    (lambda _: mirror(LARGE), SizeLimit, "1,600 states and 1,600 action profiles"),
    (lambda _: proportionate_answer(LEVELS, ("0", "0"), 0), "`ratio` must be a finite number above 0; got 0"),
    (lambda _: proportionate_answer(LEVELS, ("0", "0"), "x"), "`ratio` must be a number; got 'x'"),
    (
        lambda _: proportionate_answer(LEVELS, ("0", "0"), sizes={"mild": {"A": 0.5}}),
        "number of levels must be a whole number",
    ),
    (lambda _: proportionate_answer(LEVELS, ("0", "0"), sizes={"mild": {"C": 1}}), UnknownPlayer, "'C'"),
]


def test_what_is_no_strategy_is_refused(dilemma):
    for build, *error, message in CASES:
        with pytest.raises(*(error or [InvalidStrategy]), match=message):
            build(dilemma)

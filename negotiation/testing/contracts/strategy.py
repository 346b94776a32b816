"""The contract of a strategy: a function from a stage game to an automaton that fits it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from hypothesis import strategies as st

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.values.value import value
from negotiation.game_theory.strategies import OTHERWISE, Automaton
from negotiation.testing.contracts.rules import EXAMPLES, Rule, first_fault, require
from negotiation.testing.numerics import NUMERICS
from negotiation.testing.strategies.named_games import prisoners_dilemmas

_ALWAYS_DEFECT = Automaton(["s"], "s", {"s": ("D", "D")}, {"s": {OTHERWISE: "s"}})
# What arguments of these names are tried with, in prisoner's dilemmas of players "A" and "B".
ARGUMENTS: Mapping[str, object] = {
    "cooperate": ("C", "C"),
    "punish": ("D", "D"),
    "defect": ("D", "D"),
    "rungs": [("C", "C"), ("C", "D"), ("D", "D")],
    "periods": 2,
    "renewal": Fraction(3, 4),
    "parts": (_ALWAYS_DEFECT,),
    "path": [("C", "C")],
    "punishments": {"A": [("C", "D")], "B": [("D", "C")]},
}


def check_strategy(
    builder: Callable[..., Automaton],
    *,
    arguments: Mapping[str, object] | None = None,
    stages: st.SearchStrategy[StageGame] | None = None,
    examples: int = EXAMPLES // 3,
) -> None:
    """Check a strategy of repeated games, given as a function that builds its automaton.

    The automaton plays actions of the game, has a transition after every profile with probabilities that sum
    to 1, can reach each of its states, and can be evaluated by `value` and `verify`.

    Parameters
    ----------
    builder : callable
        The function. Its first argument, named `stage`, is the stage game, and it returns an `Automaton`.
    arguments : mapping from str to object, optional
        Values of the function's required arguments, by name. Common ones, such as `cooperate` and `periods`,
        have default values. Arguments with defaults of their own keep these.
    stages : SearchStrategy, optional
        Hypothesis strategy for the stage games; prisoner's dilemmas by default.
    examples : int, optional
        Number of random examples for each rule; 20 by default.

    Raises
    ------
    BrokenContract
        If a rule is broken; the message states the rule and the smallest example that was found.

    Examples
    --------
    >>> from negotiation.game_theory.strategies import grim_trigger
    >>> check_strategy(grim_trigger, examples=5)
    """
    given = {**ARGUMENTS, **(arguments or {})}
    drawn = prisoners_dilemmas(efficient=False) if stages is None else stages

    def built(stage: StageGame) -> Automaton:
        """Return the automaton for one stage game."""
        needed = [p.name for p in list(_parameters(builder).values())[1:] if p.default is p.empty]
        return builder(stage, **{name: given[name] for name in needed})

    rules: list[Rule[Any]] = [
        Rule("its first argument is the stage game", None, lambda _: _signature_fault(builder, given)),
        Rule("its automaton fits the game", drawn, lambda stage: _fit_fault(built(stage), stage)),
        Rule("it can be valued and verified", drawn, lambda stage: _solved_fault(built(stage), stage)),
        Rule("every state can be reached", drawn, lambda stage: _reach_fault(built(stage))),
    ]
    require(f"the strategy {getattr(builder, '__name__', builder)!r}", rules, examples)


def _parameters(builder: Callable[..., object]) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(builder).parameters


def _signature_fault(builder: Callable[..., object], given: Mapping[str, object]) -> str | None:
    parameters = list(_parameters(builder).values())
    if not parameters or parameters[0].name != "stage":
        return f"its arguments are {[p.name for p in parameters]}; the first must be `stage`"
    unknown = [p.name for p in parameters[1:] if p.default is p.empty and p.name not in given]
    return f"no values are known for {unknown}; give them in `arguments`" if unknown else None


def _fit_fault(automaton: object, stage: StageGame) -> str | None:
    if not isinstance(automaton, Automaton):
        return f"it must return an Automaton; got {type(automaton).__name__}"
    for state in automaton.states:
        # Raises if the automaton plays an action that the game does not have.
        stage.profile_index(automaton.actions[state])
        for profile in product(*stage.actions):
            chances = automaton.next_states(state, profile).values()
            if abs(float(sum(chances)) - 1) > NUMERICS.chances or any(p < 0 for p in chances):
                return f"after {profile} in state {state!r} the next states have chances {list(chances)}"
    return None


def _solved_fault(automaton: Automaton, stage: StageGame) -> str | None:
    # Any factor: the check has to come to an end, whatever it says.
    game = RepeatedGame(stage, Fraction(1, 2))
    values, verdict = value(game, automaton).values, verify(game, automaton)
    wanted = (len(automaton.states), stage.n_players)
    return first_fault(
        None if values.shape == wanted else f"values must have the shape {wanted}; got {values.shape}",
        None if verdict.status == "complete" else f"the check is {verdict.status}",
    )


def _reach_fault(automaton: Automaton) -> str | None:
    spare = [state for state in automaton.states if state not in automaton.reachable()]
    return f"nothing leads to {spare}" if spare else None

"""One-shot-deviation check of a public automaton in a repeated game with a public signal.

Play moves on the signal alone, V = (1 - delta) u + delta sum over y of pi(y | a(s)) P(s' | s, y) V, and a
departure changes what the signal may be. No departure gains in any state that the signals can lead to iff the
automaton is a perfect public equilibrium (Fudenberg, Levine and Maskin 1994; Abreu, Pearce and Stacchetti
1990). Shares no code with the solvers. The arithmetic and its cost are in `verify_one_shot`.
"""

from __future__ import annotations

import numpy as np

from negotiation.checks.one_shot import Setting, one_shot_verdict
from negotiation.errors import InvalidStrategy
from negotiation.games import Profile, PublicSignal, RepeatedGame
from negotiation.numeric import Number, NumberArray, as_fraction
from negotiation.solutions.verdict import Verdict
from negotiation.strategies import Automaton
from negotiation.strategies.automaton import OTHERWISE
from negotiation.strategies.public_states import public_states


def verify_public_automaton(game: RepeatedGame, automaton: Automaton, *, exact: bool = False) -> Verdict:
    """Check whether a public automaton is a perfect public equilibrium of a repeated game.

    Parameters
    ----------
    game : RepeatedGame
        With `monitoring=` a public signal.
    automaton : Automaton
        Transitions keyed by signal labels or `OTHERWISE`.
    exact : bool, optional
        Whether to compute in rational numbers. Floats are then taken at their exact binary value, and a
        distribution of signals is divided by its exact sum.

    Returns
    -------
    Verdict
        The margin is in average discounted payoffs, over all states that some history of signals leads to,
        whatever the players do: states off the path count.

    Raises
    ------
    InvalidStrategy
        If the game has no signal, a key is an action profile, or a signal that can occur has no transition.
    UnknownSignal
        If a key is not a signal of the game.
    UnknownAction
        If the automaton names an action that a player does not have.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from negotiation.games import PublicSignal, StageGame
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> tenth = Fraction(1, 10)
    >>> kept, broken = [1 - tenth, tenth], [tenth, 1 - tenth]
    >>> signal = PublicSignal([[kept, broken], [broken, broken]], ("calm", "alarm"))
    >>> grim = Automaton(["peace", "war"], "peace", {"peace": ("C", "C"), "war": ("D", "D")},
    ...                  {"peace": {"calm": "peace", "alarm": "war"}, "war": {OTHERWISE: "war"}})
    >>> verdict = verify_public_automaton(RepeatedGame(stage, Fraction(1, 5), signal), grim, exact=True)
    >>> verdict.concept, verdict.holds, verdict.margin
    ('perfect public equilibrium', True, Fraction(28, 205))
    """
    stage, signal = game.stage, game.monitoring
    if signal is None:
        raise InvalidStrategy("a public automaton needs a RepeatedGame with monitoring=PublicSignal(...)")
    states = public_states(stage, signal, automaton)
    moves = {state: _row(signal, automaton, state, exact) for state in states}
    chances = signal.exact_probabilities() if exact else _normalised(signal)

    def after(state: str, profile: Profile) -> dict[str, Number]:
        """Return the next states, over the signals that a profile sends."""
        found: dict[str, Number] = {}
        for label, chance in zip(signal.signals, chances[stage.profile_index(profile)].tolist(), strict=True):
            if chance:
                for successor, p in moves[state][label].items():
                    found[successor] = found.get(successor, 0) + chance * p
        return found

    setting = Setting(
        stage,
        automaton.actions,
        states,
        after,
        stage.exact_payoffs() if exact else stage.payoffs - stage.payoffs.min(),
        game.exact_discount_factors if exact else [float(delta) for delta in game.discount_factors],
        exact,
    )
    return one_shot_verdict(setting, "perfect public equilibrium")


def _row(signal: PublicSignal, automaton: Automaton, state: str, exact: bool) -> dict[str, dict[str, Number]]:
    """Return the lottery over next states after each signal; none after one that nothing sends."""
    named = automaton.transitions[state]
    return {
        label: {
            s: as_fraction(p) if exact else float(p) for s, p in automaton.next_states(state, label).items()
        }
        for label in signal.signals
        if label in named or OTHERWISE in named
    }


def _normalised(signal: PublicSignal) -> NumberArray:
    chances: NumberArray = signal.probabilities / np.sum(signal.probabilities, axis=-1, keepdims=True)
    return chances

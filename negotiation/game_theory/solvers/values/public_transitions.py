"""Expected transitions of a public automaton, keyed by action profile.

After profile a in state s play moves to s' with probability sum over y of pi(y | a) P(s' | s, y). Players
observe only the signal, but values and the gains from single deviations depend only on these probabilities.
Functions for automata keyed by profiles can therefore be used for public automata. The cost is states times
profiles, plus states times signals for each distinct distribution of the signal.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import prod

import numpy as np

from negotiation.base.numeric import Number, as_fraction
from negotiation.base.progress import Progress, counted, nobody
from negotiation.errors import InvalidStrategy, SizeLimit
from negotiation.game_theory.games import Profile, PublicSignal, RepeatedGame, StageGame
from negotiation.game_theory.solvers.values.numerics import NUMERICS
from negotiation.game_theory.strategies import OTHERWISE, Automaton
from negotiation.game_theory.strategies.automaton import Key, Target
from negotiation.game_theory.strategies.public_states import check_signal_keys


def expected_automaton(
    stage: StageGame, automaton: Automaton, signal: PublicSignal, report: Progress = nobody
) -> Automaton:
    """Return an automaton keyed by profiles, with the expected transitions of a public automaton."""
    signal.require_profiles_of(stage)
    size = len(automaton.states) * prod(stage.n_actions)
    if size > NUMERICS.transitions:
        raise SizeLimit(
            f"{len(automaton.states)} states and {prod(stage.n_actions):,} action profiles make {size:,} "
            f"transitions; at most {NUMERICS.transitions:,} are allowed. Give an automaton with fewer states"
        )
    chances = signal.exact_probabilities()
    # Transitions are computed once for all profiles with the same distribution of the signal.
    rows: dict[tuple[Fraction, ...], int] = {}
    alike = {
        stage.labels(index): rows.setdefault(tuple(chances[index].tolist()), len(rows))
        for index in np.ndindex(stage.n_actions)
    }
    moves: dict[str, Mapping[Key, Target]] = {}
    for state in counted(automaton.states, report):
        check_signal_keys(automaton, state, signal)
        after = [_expected(automaton, state, signal, list(row)) for row in rows]
        moves[state] = {profile: after[row] for profile, row in alike.items()}
    return Automaton(automaton.states, automaton.initial, automaton.actions, moves)


def seen_transitions(
    game: RepeatedGame, automaton: Automaton, state: str, profile: Profile
) -> dict[str, Number]:
    """Return the lottery over next states after a profile, expected over the game's signal if it has one."""
    signal = game.monitoring
    if signal is None:
        odd = [key for key in automaton.transitions[state] if isinstance(key, str) and key != OTHERWISE]
        if odd:
            raise InvalidStrategy(
                f"under perfect monitoring transitions must be keyed by action profiles; state {state!r} "
                f"has {odd[0]!r}. For signals, give the game monitoring=PublicSignal(...)"
            )
        return automaton.next_states(state, profile)
    check_signal_keys(automaton, state, signal)
    row = signal.probabilities[game.stage.profile_index(profile)]
    return _expected(automaton, state, signal, (row / row.sum()).tolist())


def _expected(
    automaton: Automaton, state: str, signal: PublicSignal, chances: list[Number]
) -> dict[str, Number]:
    exact = not isinstance(chances[0], float)
    expected: dict[str, Number] = {}
    for label, chance in zip(signal.signals, chances, strict=True):
        if chance:
            for successor, p in automaton.next_states(state, label).items():
                weight = as_fraction(p) if exact else float(p)
                expected[successor] = expected.get(successor, 0) + chance * weight
    return expected

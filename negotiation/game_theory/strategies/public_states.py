"""The states of a public automaton that some history of signals leads to, and keys that fit a signal."""

from __future__ import annotations

from negotiation.errors import InvalidStrategy, shown
from negotiation.game_theory.games import PublicSignal, StageGame
from negotiation.game_theory.strategies.automaton import OTHERWISE, Automaton


def public_states(stage: StageGame, signal: PublicSignal, automaton: Automaton) -> tuple[str, ...]:
    """Return the states that some history of signals leads to, in the automaton's order.

    A signal counts if some action profile sends it with positive probability.
    """
    for state in automaton.states:
        stage.profile_index(automaton.actions[state])
        check_signal_keys(automaton, state, signal)
    sent = signal.probabilities.reshape(-1, signal.n_signals).max(axis=0) > 0
    possible = [label for label, occurs in zip(signal.signals, sent, strict=True) if occurs]
    frontier = [state for state, p in automaton.start.items() if p > 0]
    reached = set(frontier)
    while frontier:
        state = frontier.pop()
        for label in possible:
            successors = {s for s, p in automaton.next_states(state, label).items() if p > 0}
            frontier.extend(successors - reached)
            reached |= successors
    return tuple(state for state in automaton.states if state in reached)


def require_reached(stage: StageGame, signal: PublicSignal, automaton: Automaton) -> None:
    """Raise `InvalidStrategy` if no history of signals leads to some state of the automaton."""
    reached = public_states(stage, signal, automaton)
    spare = [state for state in automaton.states if state not in reached]
    if spare:
        raise InvalidStrategy(
            f"no history of signals leads to state {spare[0]!r}; remove it, or add a transition to it. "
            f"Reached: {shown(reached)}"
        )


def check_signal_keys(automaton: Automaton, state: str, signal: PublicSignal) -> None:
    """Raise `InvalidStrategy` or `UnknownSignal` unless a state's keys are signals or `OTHERWISE`."""
    for key in automaton.transitions[state]:
        if not isinstance(key, str):
            raise InvalidStrategy(
                f"with a public signal transitions must be keyed by signals {shown(signal.signals)} or "
                f"{OTHERWISE!r}; state {state!r} has the action profile {key!r}"
            )
        if key != OTHERWISE:
            signal.signal_index(key)

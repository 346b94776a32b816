"""Random automata, keyed by profiles or by public signals, and Markov strategies of stochastic games."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from negotiation.game_theory.games import Profile, PublicSignal, StageGame, StochasticGame
from negotiation.game_theory.strategies import OTHERWISE, Automaton, MarkovStrategy
from negotiation.game_theory.strategies.automaton import Key
from negotiation.testing.strategies.ranges import Counts, count_range
from negotiation.testing.strategies.signals import lotteries, probability_rows


def profiles(*, stage: StageGame) -> st.SearchStrategy[Profile]:
    """Return the strategy for action profiles of a game.

    Parameters
    ----------
    stage : StageGame
        The game.

    Returns
    -------
    SearchStrategy
        Tuples with one action label for each player.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(profiles(stage=StageGame([[[0, 0], [1, 1]]])), lambda profile: profile[1] == "1")
    ('0', '1')
    """
    return st.tuples(*(st.sampled_from(labels) for labels in stage.actions))


def automata(
    *, stage: StageGame, signal: PublicSignal | None = None, states: Counts = (1, 4)
) -> st.SearchStrategy[Automaton]:
    """Return the strategy for automata of a game.

    Some transitions have their own keys; the others are under `OTHERWISE`.

    Parameters
    ----------
    stage : StageGame
        The game whose actions the automaton plays.
    signal : PublicSignal, optional
        The public signal on which transitions depend; by default they depend on action profiles.
    states : int or pair of int, optional
        Number of states: one number, or the least and the greatest; 1 to 4 by default.

    Returns
    -------
    SearchStrategy
        Automata of type `Automaton`.

    Raises
    ------
    hypothesis.errors.InvalidArgument
        If an argument is out of range.

    Examples
    --------
    >>> from hypothesis import find
    >>> stage = StageGame([[[0, 0], [1, 1]]])
    >>> find(automata(stage=stage), lambda automaton: len(automaton.reachable()) > 1).states
    ('s0', 's1')
    """
    return _automata(stage, signal, count_range("states", states, 1))


@st.composite
def _automata(
    draw: st.DrawFn, stage: StageGame, signal: PublicSignal | None, counts: tuple[int, int]
) -> Automaton:
    states = [f"s{k}" for k in range(draw(st.integers(*counts)))]
    keys: st.SearchStrategy[Key] = (
        profiles(stage=stage) if signal is None else st.sampled_from(signal.signals)
    )
    targets = st.one_of(st.sampled_from(states), lotteries(states))
    # Some keys named, the rest goes where `OTHERWISE` says: as people write automata.
    rows = st.dictionaries(keys, targets, max_size=5)
    return Automaton(
        states,
        states[0],
        {state: draw(profiles(stage=stage)) for state in states},
        {state: draw(rows) | {OTHERWISE: draw(targets)} for state in states},
    )


def plays(*, stages: st.SearchStrategy[StageGame]) -> st.SearchStrategy[tuple[StageGame, Automaton]]:
    """Return the strategy for pairs of a game and an automaton of that game.

    Parameters
    ----------
    stages : SearchStrategy
        Strategy for the games.

    Returns
    -------
    SearchStrategy
        Pairs of a `StageGame` and an `Automaton`.
    """
    return stages.flatmap(lambda stage: st.tuples(st.just(stage), automata(stage=stage)))


def markov_strategies(*, game: StochasticGame) -> st.SearchStrategy[MarkovStrategy]:
    """Return the strategy for Markov strategies of a stochastic game.

    Parameters
    ----------
    game : StochasticGame
        The game.

    Returns
    -------
    SearchStrategy
        Strategies of type `MarkovStrategy`.

    Examples
    --------
    >>> from hypothesis import find
    >>> game = StochasticGame([[[[0, 0]]]], [[[[1]]]], 0.5)
    >>> find(markov_strategies(game=game), lambda strategy: True)["0"]
    ('0', '0')
    """

    def choice(labels: Sequence[str]) -> st.SearchStrategy[object]:
        """Return the strategy for an action or a mixed action."""
        return st.one_of(st.sampled_from(labels), probability_rows(count=len(labels)))

    play = (st.tuples(*(choice(labels) for labels in stage.actions)) for stage in game.stages)
    return st.tuples(*play).map(lambda drawn: MarkovStrategy(dict(zip(game.states, drawn, strict=True))))

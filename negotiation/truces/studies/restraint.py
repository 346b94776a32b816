"""From which patience on restraint holds, as stocks stand still, move, or hide what the curb does.

A path, one posture profile for ever, is held by the best punishments if no departure from it gains where each
side's worst equilibrium payoffs follow (Abreu 1988). Three games of the same size answer whether it is:

- still: the stage game of one step of the stocks, repeated; the state is taken to last for ever;
- moving: stocks run down under a curb and fill without one, and both foresee it;
- learned: stocks move, and how much the curb harms is not known before it has been felt: it is one of the
  ends of the harm's range, with the mean that both expect now.

Patience is given as the effective horizon H in years, exp(-lag / 365 / H) a period: what discounting,
turnover in office and the chance that the relation ends leave of the future. Worst payoffs come from payoff
sets, outer bounds to rule a path out, inner ones to prove it; what lies between is counted as undecided.

Cost: two payoff sets of a game of 3 to 9 states for each draw and horizon.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from negotiation.errors import InvalidGame, UnknownMethod
from negotiation.games import Profile, StochasticGame
from negotiation.labelled import Table, Tabular
from negotiation.numeric import KNIFE_EDGE, BoolArray
from negotiation.solvers.thresholds.policy import policy_gains
from negotiation.status import Status
from negotiation.world import Scenario, State
from negotiation.world.menus import Size
from negotiation.world.posture import posture_from_label

MOVING: Mapping[str, tuple[str, ...]] = {
    "still": (),
    "moving": ("stocks",),
    "learned": ("stocks", "belief"),
}
"""What moves in each of the games."""

HORIZONS = (1 / 12, 1 / 6, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Effective horizons in years."""

STOCKS = {2: "full", 1: "half", 0: "gone"}


@dataclass(frozen=True, eq=False)
class Restraint:
    """Whether a path is held in a game from a step of the stocks on."""

    path: str
    # What moves: a key of `MOVING`.
    game: str
    # Step of the stocks at the start.
    stocks: int
    # holds, undecided: (D, H): by draw and horizon; what is undecided counts as not held.
    holds: BoolArray
    undecided: BoolArray

    @property
    def shares(self) -> tuple[float, ...]:
        """Share of draws in which the path is held, by horizon."""
        return tuple(self.holds.mean(axis=0).tolist())


@dataclass(frozen=True, eq=False)
class RestraintTable(Tabular):
    """Shares of draws in which paths are held, by game, stocks and effective horizon."""

    horizons: tuple[float, ...]
    rows: tuple[Restraint, ...]
    draws: int
    size: str
    status: Status = "complete"

    def __iter__(self) -> Iterator[Restraint]:
        return iter(self.rows)

    def find(self, path: str, game: str, stocks: int) -> Restraint:
        """Return one row."""
        return next(row for row in self.rows if (row.path, row.game, row.stocks) == (path, game, stocks))

    def table(self) -> Table:
        """Return one row for each path, game and step of the stocks, and a column for each horizon."""
        columns = ("path", "stocks", "at first", *(_in_words(h) for h in self.horizons))
        rows = tuple((row.path, row.game, STOCKS[row.stocks], *row.shares) for row in self.rows)
        of = f"share of {self.draws} draws, by effective horizon; {self.size} game"
        title = f"held by the best punishments, {of}"
        return Table(title, columns, rows)


def restraint(
    scenario: Scenario,
    paths: Mapping[str, Mapping[str, Mapping[str, str]]],
    *,
    size: Size = "small",
    horizons: Sequence[float] = HORIZONS,
    games: Sequence[str] = tuple(MOVING),
    draws: int = 0,
    rng: int | np.random.Generator = 0,
    progress: Callable[[int, int], None] | None = None,
) -> RestraintTable:
    """Return in which draws paths are held by the best punishments, by what moves and by patience.

    Examples
    --------
    >>> from negotiation.world import load_scenario
    >>> found = restraint(load_scenario("us-china-2025"), {"calm": {}}, games=["still"], horizons=[1.0])
    >>> [row.shares for row in found]
    [(1.0,), (1.0,), (1.0,)]
    """
    for game in games:
        if game not in MOVING:
            raise UnknownMethod(game, MOVING)
    generator = np.random.default_rng(rng)
    settings = [scenario.draw(generator) for _ in range(draws)] or [scenario]
    keys = list(product(paths, games, STOCKS))
    holds = {key: np.zeros((len(settings), len(horizons)), dtype=np.bool_) for key in keys}
    undecided = {key: np.zeros((len(settings), len(horizons)), dtype=np.bool_) for key in keys}
    for d, one in enumerate(settings):
        for game in games:
            for start, model in _models(one, size, game):
                for h, horizon in enumerate(horizons):
                    patient = _at(model, np.exp(-one.parameters["reaction_lag_days"] / 365.0 / horizon))
                    for (name, stocks), (held, open_) in _held(patient, paths, start).items():
                        holds[name, game, stocks][d, h] = held
                        undecided[name, game, stocks][d, h] = open_
        if progress is not None:
            progress(d + 1, len(settings))
    rows = tuple(Restraint(*key, holds[key], undecided[key]) for key in keys)
    status: Status = "partial" if any(row.undecided.any() for row in rows) else "complete"
    return RestraintTable(tuple(horizons), rows, len(settings), size, status)


def _in_words(horizon: float) -> str:
    """Return a horizon as months or years.

    Examples
    --------
    >>> _in_words(0.25), _in_words(2.0)
    ('3 mo', '2 y')
    """
    return f"{12 * horizon:.3g} mo" if horizon < 1 else f"{horizon:.3g} y"


def _models(scenario: Scenario, size: Size, game: str) -> Iterator[tuple[int | None, StochasticGame]]:
    """Yield the games to solve, each with the step that its stocks stand at, `None` if they move."""
    moving = MOVING[game]
    for stocks in STOCKS if not moving else (0,):
        state = replace(scenario.default_state, stocks=stocks)
        yield (None if moving else stocks), scenario.stochastic_game(size, state=state, moving=moving)


def _at(game: StochasticGame, delta: float) -> StochasticGame:
    """Return a game with another discount factor."""
    stages = dict(zip(game.states, game.stages, strict=True))
    return StochasticGame.from_stages(stages, game.transitions, float(delta))


def _held(
    game: StochasticGame, paths: Mapping[str, Mapping[str, Mapping[str, str]]], stands: int | None
) -> dict[tuple[str, int], tuple[bool, bool]]:
    """Return whether each path is held from each step of the stocks, and whether that is open."""
    policies = {
        name: {state: _kept(game, state, path) for state in game.states} for name, path in paths.items()
    }
    gains = policy_gains(game, *policies.values())
    found = {}
    for (name, policy), excluded, proven in zip(policies.items(), *gains, strict=True):
        for stocks in STOCKS if stands is None else (stands,):
            start = next(s for s in game.states if _is(s, stocks))
            reached = [game.state_index(s) for s in _reached(game, policy, start)]
            out, sure = excluded[reached].max() > KNIFE_EDGE, proven[reached].max() <= KNIFE_EDGE
            found[name, stocks] = (bool(sure and not out), bool(not sure and not out))
    return found


def _is(label: str, stocks: int) -> bool:
    """Return whether a state has these stocks and nothing has been learned in it."""
    state = State.from_label(label)
    return state.stocks == stocks and state.belief == 0


def _kept(game: StochasticGame, state: str, path: Mapping[str, Mapping[str, str]]) -> Profile:
    """Return the profile of a path in a state: levels that it names, else the calmest."""
    stage = game.stage(state)
    profile = []
    for player, labels in zip(stage.players, stage.actions, strict=True):
        wanted = {**posture_from_label(labels[0]), **path.get(player, {})}
        found = next((label for label in labels if posture_from_label(label) == wanted), None)
        if found is None:
            raise InvalidGame(
                f"a path asks {player} for {dict(path[player])}, which is no posture of the game in {state}; "
                f"there are {', '.join(labels)}: give levels of these, or a larger size"
            )
        profile.append(found)
    return tuple(profile)


def _reached(game: StochasticGame, policy: Mapping[str, Profile], start: str) -> list[str]:
    """Return the states that play of a policy reaches from a start, the start among them."""
    found, frontier = [start], [start]
    while frontier:
        state = frontier.pop()
        for after in game.next_states(state, policy[state]):
            if after not in found:
                found.append(after)
                frontier.append(after)
    return found

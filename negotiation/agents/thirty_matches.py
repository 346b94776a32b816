"""A benchmark of agents: thirty matches, plain and disguised, with twelve scripted agents.

Regret is computed exactly, and is given as a share of the stakes, which are the difference between the best
and the worst value that the player can reach. The interval of an agent's mean comes from resampling the
matches, so it shows how far the mean depends on the choice of matches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.stats import rankdata

from negotiation.agents.matches import Match, disguised, match
from negotiation.agents.scripted import AGENTS
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray
from negotiation.base.progress import Progress, counted, nobody
from negotiation.base.reading.numbers import expect_count
from negotiation.base.status import Status
from negotiation.disputes import load_scenario
from negotiation.errors import InvalidOptions
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.best_response.best_response import solved
from negotiation.game_theory.solvers.best_response.facing import facing
from negotiation.game_theory.solvers.best_response.policies import Policy
from negotiation.game_theory.solvers.best_response.regret import Regret, regret
from negotiation.game_theory.strategies import grim_trigger, penance

# Truce, players, theory (None for the text alone) and leg (None for the largest); theories have size "core".
TRUCES = (
    ("2025-10-busan", ("USA", "CHN"), None, None),
    ("2025-10-busan", ("USA", "CHN"), "shadow linkage", None),
    ("2025-10-busan", ("USA", "CHN"), "renegotiation", None),
    ("2025-10-busan", ("USA", "CHN"), "moment", None),
    ("2025-10-busan", ("USA", "CHN"), "custom in kind", "control"),
    ("2025-05-geneva", ("USA", "CHN"), None, None),
    ("2025-05-geneva", ("USA", "CHN"), "shadow linkage", None),
    ("2025-05-geneva", ("USA", "CHN"), "moment", "tariff"),
    ("2019-11-standstill", ("JPN", "KOR"), "shadow linkage", None),
    ("2023-03-tokyo", ("JPN", "KOR"), "shadow linkage", None),
    ("2023-10-wine", ("CHN", "AUS"), "shadow linkage", None),
)
GENERATED = 6
# Number of times that the matches are resampled, and the percentiles of the means that limit the interval.
DRAWS, TAILS = 2_000, (2.5, 97.5)


def matches() -> Iterator[Callable[[], Match]]:
    """Yield a function that makes each match of the benchmark."""
    for name, sides, theory, leg in TRUCES:
        for side in sides:
            yield partial(match, name, side, theory=theory, size="core" if theory else None, leg=leg)
    for seat in (0, 1):
        yield partial(_small, seat)
    for seed in range(GENERATED):
        yield partial(_generated, seed)


def _small(seat: int) -> Match:
    """Return the match of a player in the main dispute's small game, in which the other is a grim trigger.

    It plays its calmest posture until a deviation, and its harshest one afterwards.
    """
    world = load_scenario("us-china-2025")
    stage = world.stage_game(size="small")
    calm, harsh = (tuple(row[k] for row in stage.actions) for k in (0, -1))
    game = RepeatedGame(stage, world.discount_factor)
    who = stage.players[seat]
    money = world.parameters[f"{who}.gdp"] / 100.0
    return Match(f"small game, {who}", facing(game, grim_trigger(stage, calm, harsh), who, usd_bn=money))


def _generated(seed: int) -> Match:
    """Return a match in a random game, in which the other player keeps the profile with the largest sum.

    It answers a deviation with two periods of the profile with the smallest sum.
    """
    rng = np.random.default_rng(seed)
    count = 3 + seed % 2
    payoffs = rng.integers(0, 20, (count, count, 2))
    stage = StageGame(payoffs.astype(object))
    best = np.unravel_index(int(payoffs.sum(axis=-1).argmax()), (count, count))
    worst = np.unravel_index(int(payoffs.sum(axis=-1).argmin()), (count, count))
    other = penance(stage, stage.labels([int(k) for k in best]), stage.labels([int(k) for k in worst]), 2)
    return Match(f"generated game {seed}", facing(RepeatedGame(stage, 0.9), other, stage.players[seed % 2]))


@dataclass(frozen=True, eq=False)
class Bench(Tabular):
    """The scores of agents in the matches of the benchmark.

    Parameters
    ----------
    agents, matches : tuple of str
        Names of the agents and of the matches.
    plain, disguise : array, shape (agents, matches, 4)
        Scores in the matches as they are, and in the disguised ones. The last axis has the regret as a share
        of the stakes; the regret in billions of US dollars per year, NaN if the match has no amounts in
        dollars; the mean loss of all players against prescribed play, as a share of their payoff ranges; and
        the discounted share of rounds in which the agent breaks the truce.
    status : {"complete"}
        Always complete: regret is computed exactly.

    Examples
    --------
    >>> from negotiation.agents import bench
    >>> found = bench(limit=2, agents={"text": lambda match: lambda seen: seen.prescribed})
    >>> found.plain.shape, float(found.plain[0, 0, 0].round(9))
    ((1, 2, 4), 0.0)
    """

    agents: tuple[str, ...]
    matches: tuple[str, ...]
    plain: FloatArray
    disguise: FloatArray
    status: Status = "complete"

    def agreement(self, *, disguised: bool = False) -> float:
        """Return the rank correlation of the agents' regrets between two halves of the matches.

        The halves are the first, third, ... match and the second, fourth, ... match.

        Parameters
        ----------
        disguised : bool, optional
            Whether to use the disguised matches; False by default.

        Returns
        -------
        float
            Spearman's rank correlation of mean regrets: 1 if both halves rank the agents alike, and NaN if
            all agents have the same regret in a half or there is only one match.

        Examples
        --------
        >>> from negotiation.agents import bench
        >>> calm = lambda match: lambda seen: seen.prescribed
        >>> harsh = lambda match: lambda seen: seen.actions[-1]
        >>> bench(limit=2, agents={"calm": calm, "harsh": harsh}).agreement()
        1.0
        """
        shares = (self.disguise if disguised else self.plain)[:, :, 0]
        even, odd = (rankdata(shares[:, k::2].mean(axis=1).round(12)) for k in (0, 1))
        with np.errstate(invalid="ignore"):
            return round(float(np.corrcoef(even, odd)[0, 1]), 12)

    def table(self) -> Table:
        """Return a table with one row for each agent, the least regret first.

        Returns
        -------
        Table
            The agent, its mean regret as a share of the stakes with the limits of a 95 percent interval, and
            its mean regret in the disguised matches. Then, in the plain matches, its mean regret in USD
            billion per year, the mean loss of all players and the mean share of rounds in which it breaks the
            truce.
        """
        rng = np.random.default_rng(0)
        again = rng.integers(0, len(self.matches), (DRAWS, len(self.matches)))
        order = np.argsort(self.plain[:, :, 0].mean(axis=1).round(12), kind="stable")
        rows = []
        for k in order.tolist():
            shares = self.plain[k, :, 0]
            low, high = np.percentile(shares[again].mean(axis=1), TAILS).tolist()
            known = np.nan_to_num(self.plain[k, :, 1])[np.isfinite(self.plain[k, :, 1])]
            money = float(known.mean()) if len(known) else None
            hidden = float(self.disguise[k, :, 0].mean())
            means = self.plain[k, :, 2:].mean(axis=0).tolist()
            rows.append((self.agents[k], float(shares.mean()), low, high, hidden, money, *means))
        heads = (
            "agent", "regret", "from", "to", "disguised", "USD bn a year", "welfare lost", "truce broken",
        )  # fmt: skip
        alike = f"{self.agreement():.2f}, disguised {self.agreement(disguised=True):.2f}"
        title = (
            f"regret as a share of the stakes in {len(self.matches)} matches; two halves rank alike: {alike}"
        )
        return Table(title, heads, tuple(rows))


def bench(
    agents: Mapping[str, Callable[[Match], Policy]] | None = None,
    *,
    limit: int | None = None,
    report: Progress = nobody,
) -> Bench:
    """Return the regret of agents in the matches of the benchmark, plain and disguised.

    Parameters
    ----------
    agents : mapping from name to function, optional
        For each agent, a function that takes a `Match` and returns a policy; the twelve scripted agents by
        default.
    limit : int, optional
        Number of matches to play, starting with the first; all by default.
    report : callable, optional
        Function that is called with the number of matches done and the total number; by default progress is
        not reported.

    Returns
    -------
    Bench
        The scores, which are identical on every run.

    Raises
    ------
    InvalidOptions
        If `limit` is not a whole number of at least 1, or `agents` is empty.

    Examples
    --------
    >>> from negotiation.agents import bench
    >>> bench(limit=1, agents={"mine": lambda match: lambda seen: seen.prescribed}).agents
    ('mine',)
    """
    if limit is not None:
        expect_count("matches, `limit`,", limit, 1, InvalidOptions)
    makers = AGENTS if agents is None else agents
    if not makers:
        raise InvalidOptions("`agents` is empty; give at least one, or None for the twelve scripted agents")
    names: list[str] = []
    rows: list[tuple[FloatArray, FloatArray]] = []
    for made in counted([*matches()][:limit], report):
        played = made()
        names.append(played.name)
        rows.append((scores(played, makers), scores(disguised(played, len(names)), makers)))
    plain, hidden = (np.stack(half, axis=1) for half in zip(*rows, strict=True))
    return Bench(tuple(makers), tuple(names), plain, hidden)


def scores(played: Match, makers: Mapping[str, Callable[[Match], Policy]]) -> FloatArray:
    """Return the scores of each agent in a match, shape (agents, 4).

    The last axis has the regret as a share of the stakes; the regret in USD bn a year; the mean loss of all
    players against prescribed play, as a share of their payoff ranges; and the discounted share of rounds in
    which the agent departs from the profile with which play begins, while it is prescribed.
    """
    best, stage = solved(played.facing), played.game.stage
    prescribed = dict(zip(played.facing.states, map(str, played.facing.prescribed), strict=True))
    whole, _ = _paid(played, regret(prescribed, best))
    ranges = np.ptp(stage.payoffs.reshape(-1, stage.n_players), axis=0)
    rows = []
    for made in makers.values():
        given = regret(made(played), best)
        own, broken = _paid(played, given)
        lost = float(((whole - own) / np.where(ranges > 0, ranges, 1.0)).mean())
        money = np.nan if given.usd_bn is None else given.usd_bn
        rows.append((round(given.share, 12), money, round(lost, 12), round(broken, 12)))
    return np.array(rows)


def _paid(played: Match, given: Regret) -> tuple[FloatArray, float]:
    """Return the discounted average payoffs of all players, and the share of rounds that are broken.

    The share is discounted as well. A round counts as broken if the profile with which play begins is
    prescribed and the player plays another action.
    """
    i, kept, stage, chain = played.seat, played.kept, played.game.stage, given.chain
    assert chain is not None  # noqa: S101 - computed
    total, broken = np.zeros(stage.n_players), 0.0
    weights = (1.0 - float(played.facing.delta)) * np.asarray(given.chain_weights, dtype=float)
    for (state, _), lottery, weight in zip(chain.nodes, chain.choices, weights.tolist(), strict=True):
        profile = played.automaton.actions[played.facing.states[state]]
        for action, p in lottery.items():
            total += weight * float(p) * stage.payoff((*profile[:i], action, *profile[i + 1 :]))
            broken += weight * float(p) * (profile == kept and action != kept[i])
    return total, broken

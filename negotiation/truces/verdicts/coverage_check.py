"""An agreement under one coverage: incentives by instrument, its strategy, check and threshold.

The strategy is grim trigger in the game of the agreement: the prescribed profile until anyone departs from
it, then the worst pure stage equilibrium of the same game for ever (`grim_trigger`). An instrument that is
not covered is not watched: a harsher level there has no answer and no later cost. Only levels that the law
allows in the state count. Margins are average discounted, in percent of GDP.

Whether a leg holds does not depend on one instrument; `theories/common/legs` decides it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import KNIFE_EDGE, payoff_tolerances
from negotiation.base.status import Status
from negotiation.disputes import Postures, Scenario, State
from negotiation.disputes.periods import longest_reaction_lag
from negotiation.disputes.posture import posture_from_label
from negotiation.disputes.posture_payoffs import ManyPostureGames
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import Profile, RepeatedGame, StageGame
from negotiation.game_theory.solutions.verdict import Verdict
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import (
    CriticalDiscountFactor,
    critical_discount_factor,
)
from negotiation.game_theory.strategies import Automaton, grim_trigger
from negotiation.truces.compiling.coverage_game import agreement_game, punishments
from negotiation.truces.compiling.intent_game import menu_of
from negotiation.truces.compiling.terms import with_terms
from negotiation.truces.record.agreement_text import Terms
from negotiation.truces.theories.common.departures import Changes, changes_from, spelled, without_knife_edge
from negotiation.truces.theories.common.grim_trigger import deviation_gains, grim_margin, threshold

# Name of a departure in several instruments at once.
JOINT = "joint"


@dataclass(frozen=True)
class Incentive:
    """The best departure of one player in one instrument, or in several at once."""

    # player, instrument: Who, and in which instrument; `joint` for several.
    player: str
    instrument: str
    covered: bool
    # prescribed, deviation: The level prescribed (or in force), and the most tempting harsher one.
    prescribed: str
    deviation: str
    # The instruments that depart, and the levels they go to.
    changes: Changes
    # g, gain of a period in percent of GDP; negative where departing costs.
    temptation: float
    # S, loss of a period once the truce is off; 0 where it is not covered.
    stake: float
    # Value of complying less that of departing, average discounted, percent of GDP; exactly 0 within a knife
    # edge.
    margin: float
    # Discount factor from which on it does not pay; `None` where no patience is enough.
    threshold: float | None
    # The threshold as the longest reaction lag, in days.
    reaction_lag: float | None

    def __str__(self) -> str:
        return f"{self.player} {spelled(self.changes)}"


@dataclass(frozen=True, eq=False)
class Incentives:
    """Every incentive of an agreement's terms."""

    terms: Terms
    # The game of the covered instruments; its first profile is kept.
    stage: StageGame
    kept: Profile
    # What is played after a departure.
    off: Profile
    # By player and instrument, those that are covered first.
    rows: tuple[Incentive, ...]


def incentives_of(scenario: Scenario, terms: Terms, in_force: Postures, state: State) -> Incentives:
    """Return every incentive of an agreement's terms at the scenario's own parameter values."""
    stage, base = agreement_game(scenario, terms, in_force, state), with_terms(in_force, terms)
    games = ManyPostureGames(scenario, {}, state)
    payoffs = games.payoffs({p: menu_of(stage, i) for i, p in enumerate(stage.players)}, base)
    (off,) = punishments(payoffs)
    tolerances = payoff_tolerances(payoffs, KNIFE_EDGE)[0]
    rows: list[Incentive] = []
    for i, player in enumerate(stage.players):
        stake = float(payoffs[0, 0, 0, i] - payoffs[0, off[0], off[1], i])
        gains, moves = deviation_gains(payoffs, i)[0], changes_from(stage.actions[i], 0)
        kept = posture_from_label(stage.actions[i][0])
        instruments = [{name for name, _ in changes} for changes in moves]
        wanted = [
            *([own == {name} for own in instruments] for name in kept),
            [len(x) > 1 for x in instruments],
        ]
        for among in wanted:
            members = np.flatnonzero(among)
            if len(members):
                best = members[gains[members].argmax()]
                rows.append(
                    _incentive(scenario, player, kept, moves[best], float(gains[best]), stake, tolerances[i])
                )
    rows += _uncovered(games, scenario, terms, base)
    return Incentives(
        terms, stage, stage.labels((0,) * stage.n_players), stage.labels(tuple(off)), tuple(rows)
    )


def _incentive(
    scenario: Scenario,
    player: str,
    kept: dict[str, str],
    changes: Changes,
    gain: float,
    stake: float | None,
    tolerance: float,
) -> Incentive:
    """Return a departure with its incentive; without a stake, the terms leave its instruments free."""
    forfeit = stake or 0.0
    needed = threshold(gain, forfeit, tolerance)
    left = grim_margin(np.array(gain), np.array(forfeit), np.array(scenario.discount_factor))
    (name, level), alone = changes[0], len(changes) == 1
    return Incentive(
        player,
        name if alone else JOINT,
        stake is not None,
        kept[name] if alone else "all kept",
        level if alone else " ".join(f"{n}={to}" for n, to in changes),
        changes,
        gain,
        forfeit,
        float(without_knife_edge(left, tolerance)),
        needed,
        longest_reaction_lag(needed, scenario.parameters["discount_factor_annual"]),
    )


def _uncovered(
    games: ManyPostureGames, scenario: Scenario, terms: Terms, base: Postures
) -> Iterator[Incentive]:
    """Yield the best harsher level of each instrument that the terms leave free, without any answer."""
    for i, player in enumerate(scenario.countries):
        for name in scenario.held(player):
            labels, now = scenario.instruments[name].labels(player), base[player][name]
            lawful = {level.label for level in scenario.levels(player, name, games.state)}
            harsher = tuple(label for label in labels[labels.index(now) + 1 :] if label in lawful)
            if (player, name) in terms or not harsher:
                continue
            own = games.payoffs({player: {name: (now, *harsher)}, scenario.other(player): {}}, base)
            paid = own[..., i].reshape(1, -1, 1)
            gains: Sequence[float] = (paid[0, 1:, 0] - paid[0, 0, 0]).tolist()
            best = int(np.argmax(gains))
            tolerance = float(payoff_tolerances(paid, KNIFE_EDGE)[0, 0])
            yield _incentive(
                scenario, player, {name: now}, ((name, harsher[best]),), gains[best], None, tolerance
            )


@dataclass(frozen=True)
class AgreementCheck(Tabular):
    """An agreement under one coverage: its game, strategy, certificate and incentives.

    Parameters
    ----------
    coverage : str
        "as written", "as read by" a country, or "everything".
    incentives : Incentives
        The covered levels, the stage game, its profiles, and the incentives by player and instrument.
    automaton : Automaton
        Grim trigger: the covered levels until somebody departs, then the worst pure stage equilibrium for
        ever.
    verdict : Verdict
        The independent check at the scenario's discount factor.
    critical : CriticalDiscountFactor
        The discount factors at which the strategy is subgame perfect.
    status : {"complete"}
        Always "complete".
    names : mapping from str to str
        Print names of the identifiers.

    Examples
    --------
    >>> import negotiation as ng
    >>> check = ng.replay("2025-10-busan", draws=0).check()
    >>> check.coverage, check.verdict.holds, len(check.incentives.terms)
    ('as written', True, 10)
    """

    coverage: str
    incentives: Incentives
    automaton: Automaton
    verdict: Verdict
    critical: CriticalDiscountFactor
    status: Status = "complete"
    names: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def table(self) -> Table:
        """Return one row for each player and instrument: the best departure and what it risks.

        Returns
        -------
        Table
            The instrument, or "joint" for the best departure in several at once; whether it is covered; the
            prescribed level and the best departure; its temptation, the stake and the margin in percent of
            GDP; the critical discount factor; and the longest reaction lag in days at which keeping pays.
        """
        columns = (
            "coverage", "player", "instrument", "covered", "prescribed", "best departure",
            "temptation, % GDP", "stake, % GDP", "margin, % GDP", "critical discount factor",
            "longest reaction lag, days",
        )  # fmt: skip
        rows = tuple(
            (
                self.coverage, row.player, row.instrument, row.covered, row.prescribed, row.deviation,
                row.temptation, row.stake, row.margin,
                "none" if row.threshold is None else row.threshold,
                "none" if row.reaction_lag is None else row.reaction_lag,
            )
            for row in self.incentives.rows
        )  # fmt: skip
        return Table(f"incentives, {self.coverage}", columns, rows, self.names)


def check_agreement(
    scenario: Scenario, coverage: str, terms: Terms, in_force: Postures, state: State
) -> AgreementCheck:
    """Return the certified check of grim trigger on an agreement's terms, with every incentive."""
    incentives = incentives_of(scenario, terms, in_force, state)
    stage = incentives.stage
    grim = grim_trigger(stage, incentives.kept, incentives.off, names=("truce", "off"))
    verdict = verify(RepeatedGame(stage, scenario.discount_factor), grim)
    critical = critical_discount_factor(stage, grim)
    return AgreementCheck(coverage, incentives, grim, verdict, critical, names=scenario.names)

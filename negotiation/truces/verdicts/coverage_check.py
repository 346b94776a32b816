"""An agreement under one coverage, certified: the trigger strategy, the independent check, the threshold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from negotiation.base.labelled import Table, Tabular
from negotiation.base.status import Status
from negotiation.disputes import Postures, Scenario, State
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.solutions.verdict import Verdict
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import (
    CriticalDiscountFactor,
    critical_discount_factor,
)
from negotiation.game_theory.strategies import Automaton, grim_trigger
from negotiation.truces.record.agreement_text import Terms
from negotiation.truces.verdicts.incentives import Incentives, incentives_of


@dataclass(frozen=True)
class AgreementCheck(Tabular):
    """An agreement under one coverage: its game, strategy, certificate and incentives.

    Parameters
    ----------
    coverage : str
        How the coverage is read: as written, as read by a side, everything.
    incentives : Incentives
        Terms, game, profiles and the incentives by player and instrument.
    automaton : Automaton
        Grim trigger on the terms.
    verdict : Verdict
        The independent check at the scenario's discount factor.
    critical : CriticalDiscountFactor
        All discount factors at which the strategy is subgame perfect.
    status : {"complete"}
        Always complete: nothing is left out.
    names : mapping from str to str
        What the identifiers in it are called in print.

    Examples
    --------
    >>> import negotiation as ng
    >>> found = ng.replay("2025-10-busan", draws=0).check()
    >>> found.coverage, found.verdict.holds, len(found.incentives.terms)
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
        """Return one row for each player and instrument."""
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

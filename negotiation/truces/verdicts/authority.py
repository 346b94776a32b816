"""Truces after the loss of the USA's emergency tariff authority: what is left to keep them.

Tariff levels exist only while their law does. Without the law (L = 0), the USA neither holds the agreed
tariff nor can threaten a higher one. If an amendment is silent, the amended text applies, as in a replay. For
each agreement and each L, the module computes the payoffs of the truce, the worst subgame-perfect payoff that
each side can be held to, and the least discount factor at which the trigger strategy keeps the agreed
profile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, Number
from negotiation.base.status import Status
from negotiation.disputes import Scenario
from negotiation.errors import InvalidGame
from negotiation.game_theory.games import Profile, RepeatedGame
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.truces.compiling.terms import postures_before, written_terms
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.verdicts.coverage_check import check_agreement


@dataclass(frozen=True, eq=False)
class TruceUnderLaw:
    """One agreement with the tariff authority in force or lost."""

    truce: str
    # Whether the authority is in force.
    in_force: bool
    # What the truce prescribes, as far as the law allows.
    kept: Profile
    # (2,): its payoffs of a period, percent of GDP.
    payoffs: FloatArray
    # (2,): lower bounds of the worst subgame-perfect payoffs in the agreement's game.
    worst: FloatArray
    # Least discount factor of the trigger strategy; `None` where none is enough.
    trigger: Number | None
    status: Status


@dataclass(frozen=True)
class AuthorityLoss(Tabular):
    """Agreements with the authority in force and lost, side by side."""

    players: tuple[str, ...]
    rows: tuple[TruceUnderLaw, ...]

    def __iter__(self) -> Iterator[TruceUnderLaw]:
        return iter(self.rows)

    @property
    def status(self) -> Status:
        """Status: "complete" if every payoff set is complete, else "partial"."""
        return "complete" if all(row.status == "complete" for row in self.rows) else "partial"

    def table(self) -> Table:
        """Return one row for each agreement with and without the authority."""
        columns = (
            "truce", "tariff authority", *(f"truce for {p}, % GDP" for p in self.players),
            *(f"worst for {p}, % GDP" for p in self.players), *(f"at stake for {p}" for p in self.players),
            "critical discount factor, trigger",
        )  # fmt: skip
        rows = tuple(
            (
                row.truce, "in force" if row.in_force else "lost", *row.payoffs.tolist(), *row.worst.tolist(),
                *(row.payoffs - row.worst).tolist(),
                "none" if row.trigger is None else float(row.trigger),
            )
            for row in self.rows
        )  # fmt: skip
        return Table("the truces with the tariff authority in force and lost", columns, rows)


def authority_loss(scenario: Scenario, names: tuple[str, ...]) -> AuthorityLoss:
    """Return the payoffs and threshold of each agreement with the USA's tariff authority in force and lost.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> kept, lost = authority_loss(load_scenario("us-china-2025"), ("2025-05-geneva",))
    >>> bool(lost.worst[1] > kept.worst[1])
    True
    """
    if scenario.definition.state.authority is None:
        raise InvalidGame(
            f"{scenario.name!r} has no component `authority` of its state, so no law can be lost; give "
            "[state.authority] in scenario.toml, and `lost_with_state` in laws.toml"
        )
    return AuthorityLoss(
        scenario.countries,
        tuple(_under_law(scenario, name, in_force) for name in names for in_force in (True, False)),
    )


def _under_law(scenario: Scenario, name: str, in_force: bool) -> TruceUnderLaw:
    agreement = agreement_text(name, scenario)
    # In the state of the day of signing, but for the law.
    state = replace(state_of_the_day(agreement, scenario).likely, authority=int(in_force))
    terms, before = written_terms(agreement), postures_before(agreement, scenario)
    check = check_agreement(scenario, name, terms, before, state)
    stage, kept = check.incentives.stage, check.incentives.kept
    payoff_set = equilibrium_payoffs(RepeatedGame(stage, scenario.discount_factor))
    return TruceUnderLaw(
        name,
        in_force,
        kept,
        stage.payoff(kept),
        payoff_set.threats,
        check.critical.value,
        payoff_set.status,
    )

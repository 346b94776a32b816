"""Replay of a truce: the dated moves compared with the solved game, and the verdict by leg.

`replay` compares the record (levels in force, moves, clauses) with the game of the scenario. Each move has
its legality, payoff change, static best replies and deviation gains. The agreement has its incentives as
written, as each side reads it, and with everything covered. The game and the record each give a verdict by
leg. The game's verdict has the share of parameter draws in which the leg holds. Nothing is fitted to the
record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.status import Status
from negotiation.disputes import Postures, Scenario, State
from negotiation.disputes.parameter_draws import expect_draws
from negotiation.errors import IllegalMove, InvalidDate, UnknownCoverage
from negotiation.truces.compiling.terms import check_agreement_known, with_terms, written_terms
from negotiation.truces.record.agreement_text import Dispute, Terms, read_agreement, scenario_for
from negotiation.truces.record.timeline import (
    PostureTimeline,
    level_changes,
    posture_timeline,
    postures_on,
    record_begins,
    record_ends,
)
from negotiation.truces.replay.move_analysis import AnalysedMoves, analyse_moves
from negotiation.truces.verdicts.agreements import Agreement
from negotiation.truces.verdicts.coverage_check import AgreementCheck, check_agreement
from negotiation.truces.verdicts.legs import Verdicts, verdicts_of
from negotiation.truces.verdicts.theory_verdicts import TheoryVerdicts
from negotiation.truces.verdicts.verdict import verdict

if TYPE_CHECKING:
    from negotiation.truces.prediction.chances import Predictor
    from negotiation.truces.prediction.scores import Scores
    from negotiation.truces.replay.noise_part import UnderNoise

AS_WRITTEN = "as written"
EVERYTHING = "everything"


@dataclass(frozen=True, eq=False)
class Replay(Tabular, Drawable):
    """The replay of a truce. Make one with `replay`.

    Parameters
    ----------
    agreement : Agreement
        The truce, from the records.
    scenario : Scenario
        The scenario.
    state : State
        State of the world in which payoffs were computed.
    moves : AnalysedMoves
        The moves announced in the truce's window, compared with the game.
    checks : tuple of AgreementCheck
        Checks of the agreement as written, as each side reads it (if that differs), and with every instrument
        covered.
    theories : TheoryVerdicts
        The verdicts of every theory on each leg, as from `verdict`.
    timeline : PostureTimeline
        Levels in force over the whole record; the figure shows them.
    discount_factor : float
        Discount factor per period.
    asked_in : State or None
        The state that the caller gave; `None` for the state on the day of signing.
    status : {"complete"}
        Always "complete".

    Examples
    --------
    >>> result = replay("2025-05-geneva", draws=0)
    >>> for leg in result.legs:
    ...     print(f"{leg.leg}: {leg.model}")
    tariff: holds
    control: breaks, by USA: chip_control to software_and_engines, ...
    other: ...
    """

    _figure = "truces.replay:replay_figure"

    agreement: Agreement
    scenario: Scenario
    state: State
    moves: AnalysedMoves
    checks: tuple[AgreementCheck, ...]
    theories: TheoryVerdicts
    timeline: PostureTimeline
    discount_factor: float
    asked_in: State | None = None
    status: Status = "complete"

    @cached_property
    def noise(self) -> UnderNoise | None:
        """Verdicts under noise, and paths of play if the sides read the text differently.

        `None` if a prescribed level is not lawful: its law is lost in the state, or is not yet in force or
        has ended on the day from which the terms apply. It is computed on first use.

        Examples
        --------
        >>> replay("2025-05-geneva", draws=0).noise.path.moves[0].country
        'USA'
        """
        from negotiation.truces.replay.noise_part import under_noise

        try:
            return under_noise(self.agreement, self.scenario, self.asked_in)
        except IllegalMove:
            return None

    @cached_property
    def verdicts(self) -> Verdicts:
        """Verdicts on each leg under each theory, compared with the record.

        Examples
        --------
        >>> verdicts = replay("2025-05-geneva", draws=0).verdicts
        >>> [(row.theory, row.verdict.word, row.record_held) for row in verdicts][3]
        ('shadow linkage', 'not rational', True)
        """
        return verdicts_of(self.theories)

    @property
    def legs(self) -> Verdicts:
        """Verdicts on each leg under the theory *moment* (the text alone), compared with the record."""
        return self.verdicts.alone

    def check(self, coverage: str = AS_WRITTEN) -> AgreementCheck:
        """Return the check of the agreement under one coverage.

        Parameters
        ----------
        coverage : str, default "as written"
            One of the `coverage` values of `checks`.

        Returns
        -------
        AgreementCheck
            The verdict, the critical discount factor and every incentive.

        Raises
        ------
        UnknownCoverage
            If there is no such coverage; the message lists those that exist.

        Examples
        --------
        >>> result = replay("2025-10-busan", draws=0)
        >>> result.check().verdict.holds, result.check("everything").verdict.holds
        (True, True)
        """
        for check in self.checks:
            if check.coverage == coverage:
                return check
        raise UnknownCoverage(coverage, [check.coverage for check in self.checks])

    @property
    def names(self) -> Mapping[str, str]:
        """Print names of the identifiers in the tables."""
        return self.agreement.names_in(self.scenario)

    def table(self) -> Table:
        """Return one row for each move in the truce's window, compared with the game.

        Returns
        -------
        Table
            The table of `moves`: the move, whether it is legal, the payoff changes and the static best level.
        """
        return self.moves.table()

    def coverage_table(self) -> Table:
        """Return one row for each coverage, with what grim trigger on its levels requires.

        Returns
        -------
        Table
            The number of covered instruments, whether the strategy holds, its margin in percent of GDP, the
            critical and the actual discount factor per period, and the binding or breaking constraint.
        """
        columns = (
            "coverage", "instruments", "holds", "margin, % GDP", "critical discount factor",
            "discount factor", "binding or breaking",
        )  # fmt: skip
        rows = tuple(
            (
                c.coverage, len(c.incentives.terms), c.verdict.holds, float(c.verdict.margin),
                "none" if c.critical.value is None else float(c.critical.value),
                self.discount_factor,
                str(c.critical.binding or c.verdict.deviation or ""),
            )
            for c in self.checks
        )  # fmt: skip
        lag = self.scenario.parameters["reaction_lag_days"]
        title = f"{self.agreement.id}: grim trigger by coverage, no clock, per period of {lag:.0f} days"
        return Table(title, columns, rows, self.names)

    def incentive_table(self) -> Table:
        """Return one row for each coverage, player and instrument.

        Returns
        -------
        Table
            The tables of all `checks`, one below the other.
        """
        tables = [check.table() for check in self.checks]
        rows = tuple(row for table in tables for row in table.rows)
        return Table(f"{self.agreement.id}: incentives", tables[0].columns, rows, self.names)

    def tables(self) -> dict[str, Table]:
        """Return every table of the replay by name.

        Returns
        -------
        dict from str to Table
            The keys are the names of the files that `negotiation replay` writes.

        Examples
        --------
        >>> sorted(replay("2025-10-busan", draws=0).tables())[:4]
        ['coverage', 'definitions', 'deviation_gains', 'false_alarms']
        """
        return {
            "verdicts": self.legs.table(),
            "theories": self.theories.detail(),
            "definitions": self.theories.by_definition(),
            "coverage": self.coverage_table(),
            "incentives": self.incentive_table(),
            "moves": self.moves.table(),
            "deviation_gains": self.moves.gains_table(),
            "postures": self.timeline.table(),
            **(self.noise.tables(self.legs) if self.noise is not None else {}),
        }

    def score(self, predictors: Sequence[Predictor] | None = None) -> Scores:
        """Score predictors on the weeks of the truce's window, each week predicted from the past alone.

        Parameters
        ----------
        predictors : sequence of Predictor, optional
            By default the baselines and the theories with a form in continuous time.

        Returns
        -------
        Scores
            Scores of each predictor by week and series.

        Raises
        ------
        InvalidDate
            If no full week from Monday to Sunday lies in the window and the record.

        Examples
        --------
        >>> busan = replay("2025-10-busan", draws=0)
        >>> scores = busan.score()
        >>> len(scores.cells.weeks), scores.names[-2:]
        (4, ('shadow linkage', 'renegotiation'))
        """
        # Loaded only where something is scored.
        from negotiation.truces.replay.window_scores import window_scores

        return window_scores(self.agreement, self.scenario, predictors)

    def __str__(self) -> str:
        # Identifiers here: with names, longer, the three together would no longer fit on a page or two.
        tables = (self.legs.table(), self.coverage_table(), self.moves.table())
        return "\n\n".join(str(replace(table, names={})) for table in tables)


def replay(
    name: str | Agreement,
    scenario: Dispute | None = None,
    *,
    state: State | None = None,
    draws: int = 256,
    as_of: date | str | None = None,
    rng: int | np.random.Generator = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Replay:
    """Compare the record of a truce with the solved game.

    Parameters
    ----------
    name : str or Agreement
        Name of the truce, as in "2025-05-geneva", the path of its file, or the truce itself.
    scenario : Scenario, str or Path, optional
        The scenario, its name or its folder; by default the truce's own dispute.
    state : State, optional
        State of the world for payoffs; by default the state on the day of signing.
    draws : int, default 256
        Number of parameter draws behind the shares, as in `verdict`; 0 for none.
    as_of : date or str, optional
        Day as of which the dispute is known, as in `verdict`.
    rng : int or numpy.random.Generator, default 0
        Seed or generator of the draws. The same seed gives the same shares to the bit.
    progress : callable, optional
        Called with the number of draws done and the number of all draws. By default progress is logged.

    Returns
    -------
    Replay
        See `.verdicts`, `.legs`, `.moves`, `.checks`, `.timeline`, `.tables()` and `.plot()`.

    Raises
    ------
    UnknownTruce, UnknownScenario
        If there is no such truce or scenario; the message suggests the nearest names.
    InvalidDate
        If the record of levels does not reach back to the day before the signing, or if `as_of` is not a day,
        is later than the day up to which sources were read, or is before the signing.
    InvalidFile
        If the dispute has no record, or a file has a fault.
    InvalidGame
        If `draws` is not a whole number of at least 0, the dispute has more than two countries, or `scenario`
        is not a Scenario, a name or a folder.
    InvalidNumber
        If `rng` is not a seed or a generator.
    UnknownCountry, UnknownInstrument, UnknownLevel
        If a clause or reading names a country, an instrument or a level that the scenario does not have.
    SizeLimit
        If `draws` is above 262,144.
    InvalidOptions
        If `state` is not a State.

    Examples
    --------
    >>> geneva = replay("2025-05-geneva", draws=0)
    >>> geneva.legs["tariff"].model, geneva.legs["control"].steps[0].day.isoformat()
    ('holds', '2025-05-13')
    >>> geneva.verdicts.find("tariff", "shadow linkage").verdict.word
    'not rational'
    """
    world = scenario_for(name, scenario, as_of)
    world.expect_two("a replay")
    agreement = read_agreement(name, Agreement, world)
    draws = expect_draws(draws, least=0)
    begins, ends = record_begins(world), record_ends(world)
    if agreement.signed <= begins:
        raise InvalidDate(
            f"{agreement.id} was signed on {agreement.signed}, and a replay needs the levels in force day "
            f"by day, which are recorded from {begins} on; its verdict is available from "
            f"verdict({agreement.id!r}, scenario), and the scores of a placebo from "
            "negotiation.truces.replay.placebos.placebo_scores()"
        )
    check_agreement_known(agreement, world)
    theories = verdict(agreement, world, draws=draws, state=state, rng=rng, progress=progress)
    now = theories.state.likely
    in_force = postures_on(world, agreement.signed - timedelta(days=1))
    coverages = coverages_of(agreement, world, in_force)
    checks = tuple(check_agreement(world, label, terms, in_force, now) for label, terms in coverages.items())
    end = min(agreement.window_end, ends)
    return Replay(
        agreement,
        world,
        now,
        analyse_moves(world, level_changes(world), agreement.window_start, end, now),
        checks,
        theories,
        posture_timeline(world, begins, ends),
        world.discount_factor,
        state,
    )


def coverages_of(agreement: Agreement, scenario: Scenario, in_force: Postures) -> dict[str, Terms]:
    """Return the terms as written, as each side reads them if different, and with everything covered.

    An agreement that amends another is compared with the game with both sets of terms in place.
    """
    written = written_terms(agreement)
    everything = with_terms(in_force, written)
    coverages: dict[str, Terms] = {AS_WRITTEN: written}
    for side in scenario.countries:
        read = {**written, **agreement.as_read_by(side)}
        if read != written:
            coverages[f"as read by {side}"] = read
    coverages[EVERYTHING] = {
        (c, name): label for c, posture in everything.items() for name, label in posture.items()
    }
    return coverages

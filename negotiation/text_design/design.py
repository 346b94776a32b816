"""`design`: which text would hold, what it is worth to each side, and why other texts fail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.labelled.naming import namer
from negotiation.base.numeric import FloatArray
from negotiation.base.progress import Progress, part_of, told
from negotiation.base.reading.names import names_given
from negotiation.base.reading.numbers import expect_count, expect_day, expect_generator
from negotiation.base.status import Status
from negotiation.disputes import Scenario, State, load_scenario
from negotiation.disputes.instrument import Pair
from negotiation.disputes.menus import Levels, menus
from negotiation.errors import InvalidDate, UnknownCountry
from negotiation.text_design.judging import UNDER_NOISE, Bench, Score, agrees
from negotiation.text_design.numerics import NUMERICS
from negotiation.text_design.search import Search, finalists, frontier, keys_of, shown
from negotiation.text_design.texts import WINDOW, Text, Texts, agreement_of, expect_share, texts_of
from negotiation.truces.compiling.terms import postures_before
from negotiation.truces.record.agreement_text import Dispute, scenario_for
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.record.timeline import has_record, record_begins, record_ends
from negotiation.truces.revealed.revealed import USUAL_ERROR, revealed_under
from negotiation.truces.theories import UnknownTheory, theories_by_name
from negotiation.truces.theories import theory as theory_of
from negotiation.truces.theories.common.game_batch import game_batch
from negotiation.truces.theories.common.theory_game import CORE
from negotiation.truces.verdicts.agreements import Agreement
from negotiation.truces.verdicts.verdict import verdict


@dataclass(frozen=True, eq=False)
class DesignedText:
    """A text and its score."""

    text: Text
    # The text as an agreement; `None` if nothing is bound.
    agreement: Agreement | None
    # theories, legs, players: Names in the order of the arrays.
    theories: tuple[str, ...]
    legs: tuple[str, ...]
    players: tuple[str, ...]
    # score, searched: The score on fresh draws, and on the last draws of the search.
    score: Score
    searched: Score
    # (K,): lower bounds of the shares by theory, simultaneous for all texts shown.
    lower: FloatArray
    # Whether all lower bounds are as high as required, on enough fresh draws.
    robust: bool
    # Whether independent checks at the central values agree with the margins.
    certified: bool = True

    @property
    def clauses(self) -> int:
        """Number of clauses."""
        return 0 if self.agreement is None else len(self.agreement.clauses)

    @property
    def words(self) -> str:
        """What the text binds, in one line."""
        if self.agreement is None:
            return "nothing bound"
        text = self.agreement
        bound = ", ".join(f"{c} {name} {level}" for (c, name), level in text.covered().items())
        days = f"{text.clock_days} days" if text.clock_days else ""
        # The response to an alarm is named only if it was chosen.
        linkage = text.linkage.kind.replace("_", " ") if UNDER_NOISE in self.theories else ""
        talks = "consultation" if text.consultation else ""
        return "; ".join(part for part in (bound, days, linkage, talks) if part)

    @property
    def holds(self) -> float:
        """The least share over theories of fresh draws in which all legs hold."""
        return self.score.share

    @property
    def bound(self) -> float:
        """The least lower bound over theories."""
        return float(self.lower.min())

    @property
    def drop(self) -> float:
        """The least share in the search less the least share on fresh draws."""
        return self.searched.share - self.score.share

    @property
    def least_under(self) -> str:
        """The theory with the least share."""
        return self.theories[int(self.score.held.argmin())]

    @property
    def weakest_leg(self) -> str:
        """The leg with the least share under the theory `least_under`."""
        return self.legs[int(self.score.legs[int(self.score.held.argmin())].argmin())]

    @property
    def acceptable(self) -> bool:
        """Whether the text binds something and neither side loses by it on average under any theory."""
        return self.agreement is not None and bool((self.score.mean_gains >= 0.0).all())

    def table(self) -> Table:
        """Return one row for each theory: shares with their bounds, shares by leg, and each side's gain."""
        rows = tuple(
            (name, shares, low, *(legs / self.score.draws), *gains)
            for name, shares, low, legs, gains in zip(
                self.theories,
                self.score.shares,
                self.lower,
                self.score.legs,
                self.score.mean_gains,
                strict=True,
            )
        )
        columns = ("theory", "holds", "at least", *self.legs, *(f"gain of {p}" for p in self.players))
        return Table(f"{self.words}: shares of {self.score.draws} draws, gains in % GDP", columns, rows)


@dataclass(frozen=True, eq=False)
class Design(Tabular):
    """The best texts of a search, with their scores. Make one with `design`.

    Parameters
    ----------
    scenario : Scenario
        The dispute.
    on : date
        Day of the signing.
    size : str
        Size of the game, which sets its instruments.
    theories : tuple of str
        Names of the theories that judge the texts.
    alpha : float
        Share of draws in which a robust text holds under each theory.
    texts : tuple of DesignedText
        The texts that were scored on fresh draws. The first binds nothing, so that the levels of the day
        continue.
    looked : int
        Number of texts that were evaluated.
    space : int
        Number of all possible texts.
    fresh : int
        Number of fresh draws behind every share.
    status : {"complete", "partial"}
        "complete" if all possible texts were evaluated, the texts shown were scored on at least 2,048 fresh
        draws, and the independent checks agree.
    reason : str
        The reason for the status.
    binds : str
        In words, the theory and the leg under which the most robust text holds in the fewest draws.
    bench : Bench
        The setting in which texts are scored.

    Examples
    --------
    >>> import negotiation as ng
    >>> options = {"size": "small", "theories": ["moment"], "draws": 4, "fresh": 16}
    >>> result = ng.design("us-china-2025", on="2025-10-30", **options)
    >>> result.looked == result.space, result.best is None
    (True, True)
    """

    scenario: Scenario = field(repr=False)
    on: date
    size: str
    theories: tuple[str, ...]
    alpha: float
    texts: tuple[DesignedText, ...] = field(repr=False)
    looked: int
    space: int
    fresh: int
    status: Status
    reason: str
    binds: str
    bench: Bench = field(repr=False)

    @property
    def best(self) -> Agreement | None:
        """The text worth most to both sides, among robust texts by which neither loses, or `None`."""
        chosen = max(self._robust(), key=lambda row: row.score.worth, default=None)
        return None if chosen is None else chosen.agreement

    @property
    def least(self) -> Agreement | None:
        """The text with the fewest clauses, among robust texts by which neither loses, or `None`."""
        chosen = min(self._robust(), key=lambda row: (row.clauses, -row.score.worth), default=None)
        return None if chosen is None else chosen.agreement

    @property
    def frontier(self) -> tuple[DesignedText, ...]:
        """Texts that no other text beats in both robustness and worth, the most robust first."""
        by_text = {Text(((str(k), "", ""),)): row for k, row in enumerate(self.texts)}
        return tuple(by_text[text] for text in frontier({text: row.score for text, row in by_text.items()}))

    @property
    def most_robust(self) -> DesignedText:
        """The text with the largest least share over theories."""
        return max(self.texts, key=lambda row: (row.holds, row.score.worth))

    def best_for(self, country: str) -> Agreement | None:
        """Return the text that is worth most to one side among robust texts that make neither worse off.

        Parameters
        ----------
        country : str
            Code of the side.

        Returns
        -------
        Agreement or None
            `None` if there is no such text.

        Raises
        ------
        UnknownCountry
            If the dispute has no such country.
        """
        UnknownCountry.unless_in(country, self.scenario.countries)
        i = self.scenario.countries.index(country)
        chosen = max(self._robust(), key=lambda row: float(row.score.least_gains[i]), default=None)
        return None if chosen is None else chosen.agreement

    def best_under(self, theory: str) -> Agreement | None:
        """Return the text that is worth most to both sides among those that are robust under one theory.

        Parameters
        ----------
        theory : str
            Name of a theory that judged the texts.

        Returns
        -------
        Agreement or None
            `None` if no text that is robust under the theory leaves both sides at least as well off as no
            text.

        Raises
        ------
        UnknownTheory
            If the theory did not judge the texts.
        """
        UnknownTheory.unless_in(theory, self.theories)
        k = self.theories.index(theory)
        enough = self.fresh >= NUMERICS.fresh
        robust = [text for text in self.texts if enough and text.lower[k] >= self.alpha and text.agreement]
        willing = [text for text in robust if text.score.worths[k] >= 0.0]
        chosen = max(willing, key=lambda text: float(text.score.worths[k]), default=None)
        return None if chosen is None else chosen.agreement

    def _robust(self) -> list[DesignedText]:
        return [text for text in self.texts if text.robust and text.acceptable]

    @property
    def answer(self) -> str:
        """The answer in one sentence."""
        count, under = f"{self.looked:,} texts", f"{len(self.theories)} theories"
        under = self.theories[0] if len(self.theories) == 1 else under
        robust = [chosen for chosen in self._robust() if chosen.agreement is self.best]
        if robust:
            chosen = robust[0]
            return f"A text of {chosen.clauses} clauses holds in {chosen.bound:.2f} of draws under {under}."
        top = self.most_robust
        if any(chosen.robust and chosen.agreement is not None for chosen in self.texts):
            return f"Of {count} the robust ones leave a side worse off than without."
        # A share as high as required is not enough: its lower bound must be, on enough fresh draws.
        holds = "surely holds" if top.holds >= self.alpha else "holds"
        return f"None of {count} {holds} in {self.alpha:g} under {under}; at most in {top.holds:.2f}."

    def table(self) -> Table:
        """Return one row for each text shown, the most robust first.

        Returns
        -------
        Table
            The number of the text and of its clauses, the least share over theories with the least lower
            bound and the theory, the drop of the share from the search to the fresh draws, the least gain of
            each side in percent of GDP, and the least Nash product, which is empty if a side loses.
        """
        rows = []
        for k, text in self._numbered():
            gains = text.score.least_gains.tolist()
            worth = text.score.worth if (text.score.mean_gains >= 0.0).all() else None
            rows.append((k, text.clauses, text.holds, text.bound, text.least_under, text.drop, *gains, worth))
        columns = (
            "text",
            "clauses",
            "holds",
            "at least",
            "least under",
            "drop",
            *self.scenario.countries,
            "Nash",
        )
        title = f"{self.fresh} fresh draws, {self.on}; gains over the outcome without a text, % GDP"
        return Table(title, columns, tuple(rows), self.scenario.names)

    def written(self) -> Table:
        """Return one row for each text shown: what it binds, in words.

        Returns
        -------
        Table
            The number of the text, as in `table`, and what it binds.
        """
        rows = tuple((k, text.words) for k, text in self._numbered())
        return Table("what each text binds", ("text", "binds"), rows, self.scenario.names)

    def revealed(
        self, *, draws: int = 1024, rng: int = 0, error: float = USUAL_ERROR, progress: Progress | None = None
    ) -> Table:
        """Return how often each text holds, over all draws and over those that agree with earlier choices.

        The draws are as in `negotiation.revealed` with the same seed. Choices before the day of signing
        count, except those that restate the text's verdict (see `Revealed.restating`). Noise is ignored.

        Parameters
        ----------
        draws : int, default 1024
            Number of parameter draws.
        rng : int, default 0
            Seed of the draws.
        error : float, default 0.1
            Chance of a wrong choice, above 0 and below 0.5.
        progress : callable, optional
            Called with the number of draws done and the number of all draws.

        Returns
        -------
        Table
            One row for each text that binds something: the least share over theories and its leg, over all
            draws and over the draws that agree with choices, the effective number of these draws, the number
            of choices, the choices left out since they restate the verdict, and the least share over the
            draws that agree with all choices, those left out included.

        Raises
        ------
        InvalidFile
            If the dispute has no choices, or a row of their file is faulty.
        InvalidNumber
            If `error` is not between 0 and 0.5, or `rng` is not a seed.
        InvalidGame, SizeLimit
            If `draws` is below 1, or above 262,144.
        """
        texts = [(k, text, text.agreement) for k, text in self._numbered() if text.agreement is not None]
        held = self.bench.held([text.text for _, text, _ in texts], self.bench.sample(draws, rng), progress)
        chosen = {
            choices.theory: choices
            for choices in revealed_under(self.scenario, self.bench.theories, draws, rng)
        }
        rows = []
        for (k, _, agreement), by_theory in zip(texts, held, strict=True):
            central = verdict(agreement, self.scenario, theories=chosen, size=self.size)
            beside = []
            for (theory, result), holds in zip(chosen.items(), by_theory, strict=True):
                deciding = {name for row in central if row.theory == theory for name in row.breaking}
                restated = result.restating(deciding, central.batch.kept)
                every = np.ones_like(holds)
                beside.append(result.beside(theory, holds, every, self.on, restated, error))
            prior, after = (min(beside, key=lambda row: getattr(row, x)) for x in ("prior", "consistent"))
            rows.append(
                (
                    k, prior.prior, prior.leg, after.consistent, after.leg, after.effective, after.votes,
                    ", ".join(after.restated), min(row.in_sample for row in beside),
                )
            )  # fmt: skip
        columns = (
            "text", "all draws", "least under", "consistent", "then under", "effective draws", "choices",
            "restated", "in sample",
        )  # fmt: skip
        title = f"share of {draws} draws in which all legs of a text hold, {self.on}"
        return Table(title, columns, tuple(rows), self.scenario.names)

    def _numbered(self) -> list[tuple[int, DesignedText]]:
        """Return pairs of a text's number and the text, the most robust first."""
        return sorted(enumerate(self.texts), key=lambda row: (-row[1].holds, row[0]))


def design(
    scenario: Dispute,
    *,
    on: date | str | None = None,
    bind: Iterable[Pair | str] | None = None,
    theories: Iterable[str] | None = None,
    robust: float = 0.9,
    levels: Levels | None = None,
    clocks: Iterable[int] | None = None,
    linkage: Iterable[str] | None = None,
    consultation: bool = False,
    size: str | None = None,
    draws: int = NUMERICS.draws,
    fresh: int = NUMERICS.fresh,
    texts: int = NUMERICS.texts,
    state: State | None = None,
    rng: int | np.random.Generator = 0,
    progress: Progress | None = None,
) -> Design:
    """Return which texts would hold on a day, and what each is worth to each side.

    A text *holds* in a parameter draw under a theory if all its legs hold, as in `verdict`, and keeping it is
    individually rational for both sides. It is *robust* if lower bounds of its shares, simultaneous over all
    texts shown, are at least `robust` under every theory, on 2,048 fresh draws or more.

    Parameters
    ----------
    scenario : Scenario, str or Path
        The dispute, its name or its folder.
    on : date or str, optional
        The day of signing. By default the last day to which the dispute's sources were read, or the end of
        the record of a `Scenario`. A dispute given by name is read as of that day if the day is later than
        the day as of which the dispute is known.
    bind : iterable of (str, str) or str, optional
        What may be bound: a pair of country and instrument, a string such as "USA tariff", or the name of an
        instrument for all its holders. By default everything in the game.
    theories : iterable of str, optional
        Names of theories of what a text leaves out; all of them by default.
    robust : float, default 0.9
        Share of draws in which a text must hold under each theory, above 0 and at most 1.
    levels : mapping from (str, str) to sequence of str, optional
        Levels that a clause may prescribe, by country and instrument; by default all lawful levels that are
        no harsher than the level of the day.
    clocks : iterable of int, optional
        Numbers of days after which a text may end; 0, the default, is a text without an end. A text with a
        clock holds if it holds until the last period of its term, after which it is renewed by chance. A text
        that ends before an answer is possible is judged in its last period.
    linkage : str or iterable of str, optional
        Kinds of linkage that a text may have; by default a text has no linkage of its own. If this or
        `consultation` is given, each text is also compiled and judged under noise: it must be an equilibrium
        with false alarms and be worth more than its end.
    consultation : bool, default False
        Whether a text may have a channel of consultation, which makes misreading rarer. It matters for
        clauses that are hard to check, judging by clauses on the same instrument in the agreements on record.
    size : str, optional
        Size of the game, which sets its instruments; by default "core" if the dispute has it, otherwise the
        largest affordable size.
    draws : int, default 16
        Number of parameter draws in the search.
    fresh : int, default 2048
        Number of fresh draws on which the texts shown are scored. With fewer than 2,048 no text is called
        robust.
    texts : int, default 2000
        Largest number of texts that are evaluated. If there are more possible texts, an exchange search from
        many starts chooses among them.
    state : State, optional
        State of the world; by default the state of the day.
    rng : int or numpy.random.Generator, default 0
        Seed or generator of the draws and of the starts of the search.
    progress : callable, optional
        Called with the percentage done and 100. By default progress is logged.

    Returns
    -------
    Design
        See `.best`, `.least`, `.frontier` and `.table()`. If the search is interrupted, the result so far is
        returned with the status "partial"; within an experiment's measure the interrupt is raised.

    Raises
    ------
    InvalidGame
        If there is nothing to bind, `bind` names something outside the game, `levels` names something that
        may not be bound, one of them has another form, the size is not known, the dispute has more than two
        countries, or a number of days, draws or texts is not a whole number (at least 0 for days, at least 1
        for the others).
    SizeLimit
        If a number of draws or of days of a clock is too large.
    InvalidDate
        If `on` is not a day, or texts of the dispute cannot be signed on it. The message gives the first and
        the last possible day.
    IllegalMove
        If the law forbids a level of `levels` on the day.
    InvalidNumber
        If `robust` is not a number above 0 and at most 1, `clocks` is no list or empty, or `rng` is neither a
        seed nor a generator.
    InvalidOptions
        If `theories`, `linkage` or the levels of a pair are not names, or `state` is not a State.
    InvalidFile
        If the folder of the dispute does not exist, or a file in it is faulty.
    UnknownScenario, UnknownTheory, UnknownCountry, UnknownInstrument, UnknownLevel, UnknownName
        If a name is not known. `UnknownName` is for a kind of linkage.

    Examples
    --------
    >>> options = {"size": "small", "theories": ["moment"], "draws": 4, "fresh": 16}
    >>> result = design("us-china-2025", on="2025-10-30", **options)
    >>> result.answer
    'None of 36 texts holds in 0.9 under moment; at most in 0.19.'
    """
    alpha = expect_share(robust)
    given = (("draws", draws), ("fresh draws", fresh), ("texts", texts))
    counts = [expect_count(what, number) for what, number in given]
    generator = expect_generator(rng)
    bench, space = bench_of(
        scenario, on, bind=bind, theories=theories, levels=levels, clocks=clocks, linkage=linkage,
        consultation=consultation, size=size, state=state,
    )  # fmt: skip
    with told("design", progress) as report:
        return _designed(bench, space, alpha, counts, generator, report)


def bench_of(
    dispute: Dispute,
    on: date | str | None,
    *,
    bind: Iterable[Pair | str] | None = None,
    theories: Iterable[str] | None = None,
    levels: Levels | None = None,
    clocks: Iterable[int] | None = None,
    linkage: Iterable[str] | None = None,
    consultation: bool = False,
    size: str | None = None,
    state: State | None = None,
) -> tuple[Bench, Texts]:
    """Return the bench that scores texts, and the space of texts."""
    world = dispute if isinstance(dispute, Scenario) else load_scenario(dispute)
    # A dispute given by name is known to its last day, a scenario to its own last day.
    last = world.definition.date if world is not dispute else record_ends(world)
    day = last if on is None else expect_day(on)
    _expect_within(world, day)
    if world is not dispute and day > world.definition.known:
        world = world.as_of(min(day, world.definition.date))
    world.expect_two("the design of a text")
    asked_of = names_given(theories, "`theories`")
    chosen = tuple(theory_of(name) for name in (theories_by_name() if asked_of is None else asked_of))
    # The setting of the day is found from some text that is signed on it.
    wanted = size if size is not None else CORE if CORE in world.definition.sizes else None
    there = world.state_given(state)
    lawful = next(
        {(c, name): level.label}
        for c in world.countries
        for name in world.held(c)
        for level in world.levels(c, name, there, day)[:1]
    )
    text = agreement_of(lawful, 0, world, day)
    world = scenario_for(text, world)
    kept, of_day = postures_before(text, world), state_of_the_day(text, world, state)
    batch = game_batch(text, world, of_day.likely, wanted)
    known = menus(world, batch.size, None, {}, of_day.likely)
    kinds = names_given(linkage, "`linkage`") or ()
    space = texts_of(world, known, kept, day, there, bind, levels, clocks, kinds, consultation)
    noise = bool(kinds) or consultation
    return Bench(world, day, chosen, of_day, batch, kept, space.levels, noise), space


def _expect_within(world: Scenario, day: date) -> None:
    """Raise if a day is before the record, or more than a year after its sources were read."""
    first = record_begins(world.with_past_levels()) if has_record(world) else date.min
    last = world.definition.date + timedelta(days=WINDOW)
    if not first <= day <= last:
        raise InvalidDate(
            f"a text of {world.name!r} can be signed "
            f"{f'from {first}, where its record begins, to' if first > date.min else 'up to'} {last}, a year "
            f"after its sources were read; got {day}"
        )


def _designed(
    bench: Bench,
    space: Texts,
    alpha: float,
    counts: list[int],
    rng: np.random.Generator,
    report: Progress,
) -> Design:
    draws, fresh, most = counts
    samples = [bench.sample(n, rng) for n in (draws, max(draws, NUMERICS.draws_again), fresh)]
    # Texts on fresh draws: the best by each criterion, and those of the frontier.
    last = min(len(keys_of(alpha, len(bench.names))) + NUMERICS.shown, len(space))
    again = draws < NUMERICS.draws_again < fresh
    later = again * min(NUMERICS.finalists, most, len(space)) * NUMERICS.draws_again + last * fresh
    search = Search(bench, list(bench.games(samples[0])), most, part_of(report, 0, 60, 100), later)
    every = search.run(space, alpha, rng)
    scores: Mapping[Text, Score] = search.found
    done = not search.interrupted
    if done and again:
        best = finalists(scores, alpha, NUMERICS.finalists)
        better, done = bench.scores(best, bench.games(samples[1], part_of(report, 60, 80, 100)))
        scores = better or scores
    finalists_shown = shown(scores, alpha) if scores else []
    final: Mapping[Text, Score] = {}
    if done:
        final, done = bench.scores(finalists_shown, bench.games(samples[2], part_of(report, 80, 100, 100)))
    final = final or {text: scores[text] for text in finalists_shown}
    enough = done and fresh >= NUMERICS.fresh
    rows = [
        _row(bench, text, number, final[text], scores[text], len(final), alpha if enough else np.inf)
        for number, text in enumerate(sorted(final, key=lambda text: bool(text.clauses)))
    ]
    certified = all(row.certified for row in rows)
    detail = f"{len(search.found):,} of {len(space):,} texts looked at"
    detail += "" if every else " by exchange" if not search.interrupted else ", interrupted"
    detail += "" if done else "; interrupted: shares are not of all fresh draws"
    detail += "" if enough or not done else f"; with {fresh} fresh draws no text is called robust"
    detail += "" if certified else "; an independent check disagrees with the margins"
    status: Status = "complete" if every and enough and certified else "partial"
    designed = Design(
        bench.scenario, bench.on, bench.batch.size, bench.names, alpha,
        tuple(rows), len(search.found), len(space), rows[0].score.draws if rows else 0, status, detail, "",
        bench,
    )  # fmt: skip
    return replace(designed, binds=_binds(bench, designed))


def _row(
    bench: Bench,
    text: Text,
    number: int,
    score: Score,
    searched: Score,
    compared: int,
    alpha: float,
) -> DesignedText:
    lower = score.lower(compared)
    agreement = None
    certified = True
    if text.clauses:
        agreement = bench.agreement(text, number)
        names = [judge.name for judge in bench.theories]
        checked = verdict(agreement, bench.scenario, theories=names, size=bench.batch.size, state=None)
        certified = checked.status == "complete" and (not bench.noise or agrees(agreement, bench.scenario))
    return DesignedText(
        text, agreement, bench.names, bench.scenario.legs, bench.scenario.countries, score, searched, lower,
        bool((lower >= alpha).all()), certified,
    )  # fmt: skip


def _binds(bench: Bench, designed: Design) -> str:
    """Return in words how the most robust text breaks, under the theory with the least share."""
    if not designed.texts:
        return "interrupted before any text was looked at"
    top = designed.most_robust
    under, leg = top.least_under, top.weakest_leg
    binds = f"{top.words}: holds least under {under}, in {top.holds:.2f} of draws, its {leg} leg"
    if top.agreement is not None and under != UNDER_NOISE:
        row = verdict(top.agreement, bench.scenario, theories=[under], size=designed.size).find(leg, under)
        binds += f" by {row.first}" if row.first else ""
    return str(namer(bench.scenario.names)(binds))

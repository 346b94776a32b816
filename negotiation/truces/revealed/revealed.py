"""`negotiation.revealed`: which draws of the parameters agree with what governments chose.

A choice pays in a draw if its value is not negative (`gains.py`). An episode has one vote, which its choices
share, and a choice is wrong with a small chance e. In the soft set, a draw has a weight proportional to

    w = product over episodes of [product over its choices of (1 - e if it pays, else e)]^(1 / choices).

The hard set contains the draws in which every choice pays. If there is none, the fewest possible choices are
dropped, and the result names them. This is revealed preference in the sense of Samuelson (1938) and, with
errors, of Afriat (1967) and Varian (1990).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import BoolArray, FloatArray
from negotiation.base.progress import Progress
from negotiation.base.reading.names import names_given
from negotiation.base.reading.numbers import expect_count, expect_day, expect_number
from negotiation.base.status import Status
from negotiation.disputes import Postures, Scenario, load_scenario
from negotiation.disputes.parameter_draws import ParameterDraws, sobol_draws
from negotiation.errors import InvalidNumber, UnknownName
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.record.agreement_text import agreements_of, read_agreement
from negotiation.truces.revealed.choices import NO_PAYOFF, Choice, load_choices
from negotiation.truces.revealed.gains import difference, gains
from negotiation.truces.theories import Theory
from negotiation.truces.theories import theory as theory_named
from negotiation.truces.verdicts.agreements import Agreement
from negotiation.truces.verdicts.verdict import verdict

# The default chance of a wrong choice.
USUAL_ERROR = 0.1
ERRORS = (0.05, USUAL_ERROR, 0.25)
# The ends of the central 90 percent.
TAILS = (0.05, 0.95)


@dataclass(frozen=True, eq=False)
class ConsistentSet:
    """Parameter draws, weighted by how well they agree with choices.

    Parameters
    ----------
    weights : array of float, shape (D,)
        Weight of each draw. The weights sum to 1.
    choices : tuple of str
        Ids of the choices that have a vote.
    dropped : tuple of str, default ()
        Ids of those `choices` that a hard set drops because no draw agrees with all of them; empty for a soft
        set.

    Examples
    --------
    >>> even = ConsistentSet(np.array([0.25, 0.25, 0.5]), ("E036",))
    >>> round(even.effective, 2), even.share(np.array([True, False, True]))
    (2.67, 0.75)
    """

    weights: FloatArray
    choices: tuple[str, ...]
    dropped: tuple[str, ...] = ()

    @property
    def effective(self) -> float:
        """Effective number of draws: 1 over the sum of squared weights (Kish 1965)."""
        return float(1.0 / np.square(self.weights).sum())

    def share(self, of: BoolArray, among: BoolArray | None = None) -> float:
        """Return the weighted share of draws in which a condition is true.

        Parameters
        ----------
        of : array of bool, shape (D,)
            Whether the condition is true in each draw.
        among : array of bool, shape (D,), optional
            The draws that count; all by default.

        Returns
        -------
        float
            From 0 to 1; NaN if no draw that counts has weight.
        """
        some = np.ones(len(self.weights), dtype=np.bool_) if among is None else among
        whole = float(self.weights[some].sum())
        return float(self.weights[of & some].sum()) / whole if whole > 0.0 else float("nan")


@dataclass(frozen=True, eq=False)
class Revealed(Drawable, Tabular):
    """Dated choices, and the parameter draws in which they pay. Make one with `revealed`.

    Parameters
    ----------
    scenario : str
        Name of the dispute.
    theory : str
        Name of the theory by which answers and choices under agreements are judged.
    choices : tuple of Choice
        The C choices that have a payoff, by day.
    left_out : tuple of Choice
        The choices without a payoff, each with its `reason`.
    gains : array of float, shape (C, D)
        Value of each choice in each draw, average discounted, in USD billion a year.
    draws : ParameterDraws
        The D draws.
    seed : int, default 0
        Seed of the draws.
    status : {"complete"}
        Always "complete", since every choice is judged in every draw.
    reason : str, default ""
        Always empty, since the status needs no reason.

    Examples
    --------
    >>> import negotiation as ng
    >>> result = ng.revealed("us-china-2025", draws=64)
    >>> result.pays.shape, round(result.share("E036"), 2), round(result.share("E057"), 2)
    ((33, 64), 0.86, 0.2)
    """

    scenario: str
    theory: str
    choices: tuple[Choice, ...]
    left_out: tuple[Choice, ...]
    gains: FloatArray
    draws: ParameterDraws = field(repr=False)
    seed: int = 0
    status: Status = "complete"
    reason: str = ""

    _figure = "truces.revealed:revealed_figure"

    @property
    def pays(self) -> BoolArray:
        """Whether each choice pays in each draw, shape (C, D)."""
        pays: BoolArray = self.gains >= 0.0
        return pays

    @property
    def concession(self) -> FloatArray:
        """Least gain that would make each choice pay in each draw, USD billion a year, shape (C, D)."""
        return np.maximum(0.0, -self.gains)

    def share(self, choice: str) -> float:
        """Return the share of the draws in which a choice pays.

        Parameters
        ----------
        choice : str
            Id of the choice.

        Returns
        -------
        float
            The share, from 0 to 1.

        Raises
        ------
        UnknownName
            If no choice with a payoff has this id.
        """
        return float(self.pays[self._position(choice)].mean())

    def _position(self, choice: str) -> int:
        ids = [row.id for row in self.choices]
        UnknownName.unless_in(choice, ids, "choice")
        return ids.index(choice)

    def known(self, before: date | str | None = None, without: Collection[str] = ()) -> BoolArray:
        """Return which choices were made before a day and are not excluded.

        Parameters
        ----------
        before : date or str, optional
            The day. Choices whose latest possible date is on the day or later are left out. By default the
            date does not matter.
        without : str or collection of str, optional
            Ids of choices and names of episodes to exclude; none by default.

        Returns
        -------
        array of bool, shape (C,)
            True for a choice that is included.

        Raises
        ------
        InvalidDate
            If `before` is not a date.
        UnknownName
            If there is no choice or episode of a name in `without`.
        InvalidOptions
            If `without` is neither a text nor several texts.
        """
        day = None if before is None else expect_day(before)
        gone = names_given(without, "`without`") or ()
        known = [name for row in (*self.choices, *self.left_out) for name in (row.id, row.episode)]
        for name in gone:
            UnknownName.unless_in(name, known, "choice or episode")
        return np.array(
            [
                (day is None or row.date.latest < day) and not {row.id, row.episode} & set(gone)
                for row in self.choices
            ],
            dtype=np.bool_,
        )

    def consistent(
        self,
        *,
        hard: bool = False,
        error: float = USUAL_ERROR,
        before: date | str | None = None,
        without: Collection[str] = (),
    ) -> ConsistentSet:
        """Return the draws that agree with the choices.

        Parameters
        ----------
        hard : bool, default False
            If true, every choice must pay, and the fewest possible choices are dropped if there is no such
            draw; the remaining draws have equal weights. If false, weights depend on how many choices pay.
        error : float, default 0.1
            Chance of a wrong choice in the soft set, above 0 and below 0.5.
        before : date or str, optional
            Use only choices made before this day; all by default.
        without : str or collection of str, optional
            Ids of choices and names of episodes that have no vote; none by default.

        Returns
        -------
        ConsistentSet
            The weights of the draws, the choices that have a vote, and the choices that were dropped.

        Raises
        ------
        InvalidNumber
            If `hard` is false and `error` is not a number above 0 and below 0.5.
        InvalidDate
            If `before` is not a date.
        UnknownName
            If there is no choice or episode of a name in `without`.
        InvalidOptions
            If `without` is neither a text nor several texts.
        """
        votes = self.known(before, without)
        ids = tuple(row.id for row, has in zip(self.choices, votes, strict=True) if has)
        if hard:
            return self._hard(votes, ids)
        if not 0.0 < expect_number("`error`", error) < 0.5:
            raise InvalidNumber(
                f"`error`, the chance of a wrong choice, must be above 0 and below 0.5; got {error}"
            )
        episodes = [row.episode for row, has in zip(self.choices, votes, strict=True) if has]
        return ConsistentSet(soft_weights(self.pays[votes], episodes, error), ids)

    def _hard(self, votes: BoolArray, ids: tuple[str, ...]) -> ConsistentSet:
        failing = ~self.pays[votes]
        fewest = failing.sum(axis=0) == failing.sum(axis=0).min()
        # Among the shortest lists of choices to drop, the one that leaves most draws; the first of several.
        lists = Counter(tuple(map(bool, column)) for column in failing[:, fewest].T)
        dropped = max(sorted(lists, reverse=True), key=lists.__getitem__)
        members = np.all(failing == np.array(dropped)[:, None], axis=0)
        return ConsistentSet(
            members / members.sum(), ids, tuple(i for i, gone in zip(ids, dropped, strict=True) if gone)
        )

    def bounds(self, *, error: float = USUAL_ERROR) -> Table:
        """Return the range of each payoff over the draws that agree with the choices.

        Parameters
        ----------
        error : float, default 0.1
            Chance of a wrong choice, above 0 and below 0.5.

        Returns
        -------
        Table
            One row for each level in a choice, with its payoff to its holder relative to the base level, in
            USD billion a year. Columns are the central 90 percent of all draws and of the weighted draws, the
            share of the width that remains, and the episode whose omission widens the range most (empty if no
            omission widens it by more than 5 percent).

        Raises
        ------
        InvalidNumber
            If `error` is not a number above 0 and below 0.5.
        """
        whole = self.consistent(error=error).weights
        # Weights by the episode that is left out.
        others = {
            episode: self.consistent(error=error, without=[episode]).weights
            for episode in dict.fromkeys(row.episode for row in self.choices)
        }
        rows = []
        for name, worth in self._payoffs().items():
            prior, left = np.quantile(worth, TAILS), _quantiles(worth, whole)
            widths = {episode: float(np.ptp(_quantiles(worth, w))) for episode, w in others.items()}
            cuts = max(widths, key=widths.__getitem__)
            cut = cuts if widths[cuts] > np.ptp(left) * (1.0 + NUMERICS.least_cut) else ""
            part = float(np.ptp(left) / np.ptp(prior)) if np.ptp(prior) > 0 else 1.0
            rows.append((name, *prior.tolist(), *left.tolist(), part, cut))
        columns = ("payoff", "low", "high", "left low", "left high", "part of the width left", "cut most by")
        title = f"what choices leave of payoffs, USD bn a year; a choice is wrong with chance {error}"
        return Table(title, columns, tuple(rows))

    def thresholds(self) -> dict[str, tuple[str, ...]]:
        """Return the choices that depend on the sign of a single payoff.

        Returns
        -------
        dict from str to tuple of str
            Ids of choices by the name of the payoff in `bounds`. Only static choices between a level and the
            base level count, with nothing in return. Payoffs on which no choice depends are left out.
        """
        ids: dict[str, tuple[str, ...]] = {}
        for row in self.choices:
            levels = [name for name in self._named(row) if name is not None]
            if row.kind == "static" and row.returned is None and len(levels) == 1:
                ids[levels[0]] = (*ids.get(levels[0], ()), row.id)
        return ids

    def _named(self, row: Choice) -> tuple[str | None, str | None]:
        """Return the names of the payoffs of the chosen and the other level; `None` for the base level."""
        instrument = self.draws.scenario.instruments[row.step.instrument]
        base = instrument.labels(row.country)[instrument.base_position(row.country)]
        chosen, other = (
            None if level == base else f"{row.country} {instrument.title}: {level.replace('_', ' ')}"
            for level in (row.step.level, row.step.other)
        )
        return chosen, other

    def _payoffs(self) -> dict[str, FloatArray]:
        """Return the payoff of each level to its holder minus that of the base level, by name of the payoff.

        Payoffs are in USD bn a year, shape (D,).
        """
        payoffs: dict[str, FloatArray] = {}
        for row in self.choices:
            instrument = self.draws.scenario.instruments[row.step.instrument]
            base = instrument.labels(row.country)[instrument.base_position(row.country)]
            money = self.draws.as_of(row.day).number(f"{row.country}.gdp") / 100.0
            for name, level in zip(self._named(row), (row.step.level, row.step.other), strict=True):
                if name is not None and name not in payoffs:
                    step = row.step._replace(level=level, other=base)
                    payoffs[name] = difference(self.draws, step, row.country, row.day) * money
        return payoffs

    def verdicts(
        self, agreement: str | Agreement, *, error: float = USUAL_ERROR, progress: Progress | None = None
    ) -> RevealedVerdicts:
        """Return the verdicts on an agreement, over all draws and over those that agree with earlier choices.

        Parameters
        ----------
        agreement : str or Agreement
            The agreement, or its name.
        error : float, default 0.1
            Chance of a wrong choice, above 0 and below 0.5.
        progress : callable, optional
            Called with the number of draws done and the number of all draws.

        Returns
        -------
        RevealedVerdicts
            One row for each leg, with both shares, the effective number of draws, and the choices that
            restate the verdict.

        Raises
        ------
        UnknownTruce
            If there is no such agreement.
        InvalidNumber
            If `error` is not a number above 0 and below 0.5.
        """
        world = self.draws.scenario
        text = read_agreement(agreement, Agreement, world)
        count = self.gains.shape[1]
        # The verdict does not depend on the chance of a wrong choice, so it is cached.
        judged = self.draws.kept(
            ("verdict", text.id, self.theory),
            lambda: verdict(
                text, world, theories=[self.theory], draws=count, rng=self.seed, progress=progress
            ),
        )
        kept, drawn = judged.batch.kept, judged.drawn
        assert drawn is not None  # noqa: S101 - asked with draws
        rows = []
        for position, row in enumerate(judged):
            of = drawn.of(position, 0)
            holds = (of.margin >= 0.0) & of.rational
            restated = self.restating(row.breaking, kept)
            rows.append(self.beside(row.leg, holds, of.rational, text.signed, restated, error))
        return RevealedVerdicts(text.id, self.theory, count, error, tuple(rows))

    def beside(
        self,
        leg: str,
        holds: BoolArray,
        among: BoolArray,
        before: date,
        restated: tuple[str, ...],
        error: float = USUAL_ERROR,
    ) -> RevealedVerdict:
        """Return a share over all draws and over the draws that agree with earlier choices.

        Parameters
        ----------
        leg : str
            Name of the leg or of another condition.
        holds : array of bool, shape (D,)
            Whether the condition holds in each draw; False in draws that do not count.
        among : array of bool, shape (D,)
            The draws that count.
        before : date
            Day of the verdict. Only choices before it have a vote.
        restated : tuple of str
            Ids of choices that have no vote because they restate the verdict.
        error : float, default 0.1
            Chance of a wrong choice, above 0 and below 0.5.

        Returns
        -------
        RevealedVerdict
            Both shares, the number of choices that have a vote, and the shares with all choices and without
            single episodes.

        Raises
        ------
        InvalidNumber
            If `error` is not a number above 0 and below 0.5.
        """
        earlier = self.consistent(error=error, before=before, without=restated)
        episodes = dict.fromkeys(c.episode for c in self.choices if c.id in earlier.choices)
        return RevealedVerdict(
            leg, float(holds.sum() / among.sum()) if among.any() else float("nan"),
            earlier.share(holds, among), earlier.effective, len(earlier.choices), restated,
            self.consistent(error=error).share(holds, among),
            {
                episode: self.consistent(error=error, before=before, without=[*restated, episode]).share(
                    holds, among
                )
                for episode in episodes
            },
            holds, among,
        )  # fmt: skip

    def restating(self, breaking: Collection[str], kept: Postures) -> tuple[str, ...]:
        """Return the choices that restate a verdict.

        Such a choice is about an instrument that decides the verdict. It chose the level that the verdict
        assumes and rejected a harsher one.

        Parameters
        ----------
        breaking : collection of str
            Instruments that decide the verdict, such as "USA chip_control".
        kept : Postures
            The levels that the verdict assumes, by country and instrument.

        Returns
        -------
        tuple of str
            Ids of the choices, in the order of `choices`.
        """
        instruments = self.draws.scenario.instruments
        restated = []
        for row in self.choices:
            level = kept[row.country][row.step.instrument]
            position = instruments[row.step.instrument].position
            if f"{row.country} {row.step.instrument}" not in breaking or row.step.level != level:
                continue
            if position(row.country, row.step.other) > position(row.country, level):
                restated.append(row.id)
        return tuple(restated)

    def table(self) -> Table:
        """Return one row for each choice that has a payoff.

        Returns
        -------
        Table
            The id, date, levels, class and episode of the choice, the share of draws in which it pays, and
            the medians over draws of its value and of the concession, both in USD billion a year.
        """
        rows = tuple(
            (
                row.id, str(row.date), str(row.step), row.kind, row.episode, float(pays.mean()),
                float(np.median(gains)), float(np.median(short)),
            )
            for row, pays, gains, short in zip(
                self.choices, self.pays, self.gains, self.concession, strict=True
            )
        )  # fmt: skip
        columns = (
            "id",
            "date",
            "choice",
            "class",
            "episode",
            "pays in",
            "worth, USD bn",
            "concession, USD bn",
        )
        title = f"choices under {self.theory!r}: share of {self.gains.shape[1]} draws in which each pays"
        return Table(title, columns, rows)


@dataclass(frozen=True, eq=False)
class RevealedVerdict:
    """How often a leg holds, over all draws and over the draws that agree with earlier choices.

    Parameters
    ----------
    leg : str
        Name of the leg.
    prior : float
        Share of draws in which the leg holds, among those in which keeping the agreement is individually
        rational.
    consistent : float
        The same share, weighted by the choices before the day of the verdict that do not restate it.
    effective : float
        Effective number of draws behind `consistent`.
    votes : int
        Number of choices that have a vote.
    restated : tuple of str
        Ids of choices that restate the verdict and therefore have no vote.
    in_sample : float
        The share weighted by all choices, including restated and later ones.
    without : dict from str to float
        By episode, the value of `consistent` if the episode is left out.
    holds : array of bool, shape (D,)
        Whether the leg holds and keeping is individually rational in each draw.
    rational : array of bool, shape (D,)
        Whether keeping is individually rational in each draw.

    Examples
    --------
    >>> import negotiation as ng
    >>> control = ng.revealed("us-china-2025", draws=8).verdicts("2025-10-busan").find("control")
    >>> control.restated
    ('E057',)
    """

    leg: str
    prior: float
    consistent: float
    effective: float
    votes: int
    restated: tuple[str, ...]
    in_sample: float
    without: dict[str, float]
    holds: BoolArray
    rational: BoolArray


@dataclass(frozen=True, eq=False)
class RevealedVerdicts(Tabular):
    """Verdicts on an agreement, over all draws and over those that agree with earlier choices.

    Parameters
    ----------
    agreement : str
        Name of the agreement.
    theory : str
        Name of the theory by which it was judged.
    draws : int
        Number of draws.
    error : float
        Chance of a wrong choice.
    rows : tuple of RevealedVerdict
        One row for each leg.

    Examples
    --------
    >>> import negotiation as ng
    >>> verdicts = ng.revealed("us-china-2025", draws=8).verdicts("2025-05-geneva")
    >>> [row.leg for row in verdicts.rows]
    ['tariff', 'control', 'other']
    """

    agreement: str
    theory: str
    draws: int
    error: float
    rows: tuple[RevealedVerdict, ...]

    def find(self, leg: str) -> RevealedVerdict:
        """Return the row of a leg.

        Parameters
        ----------
        leg : str
            Name of the leg.

        Returns
        -------
        RevealedVerdict
            The row of the leg.

        Raises
        ------
        UnknownName
            If there is no such leg.
        """
        for row in self.rows:
            if row.leg == leg:
                return row
        raise UnknownName(leg, [row.leg for row in self.rows], "leg")

    def leave_one_out(self) -> Table:
        """Return the consistent share of each leg if one episode of choices is left out.

        Returns
        -------
        Table
            One row for each leg and episode, with the share in which the leg holds.
        """
        rows = [(row.leg, episode, share) for row in self.rows for episode, share in row.without.items()]
        return Table(f"{self.agreement} without one episode", ("leg", "without", "share"), tuple(rows))

    def table(self) -> Table:
        """Return one row for each leg.

        Returns
        -------
        Table
            The shares over all draws and over the consistent draws, the effective number of draws, the number
            of choices with a vote, the restated choices, and the share weighted by all choices.
        """
        columns = (
            "leg", "all draws", "consistent", "effective draws", "choices", "restated", "in sample",
        )  # fmt: skip
        rows = tuple(
            (
                row.leg, row.prior, row.consistent, row.effective, row.votes, ", ".join(row.restated),
                row.in_sample,
            )
            for row in self.rows
        )  # fmt: skip
        title = f"{self.agreement} under {self.theory!r}: share of {self.draws} draws in which a leg holds"
        return Table(title, columns, rows)


def revealed(
    dispute: str | Scenario,
    *,
    draws: int = 8192,
    theory: str = "moment",
    rng: int = 0,
) -> Revealed:
    """Return which parameter draws agree with the dated choices of a dispute's governments.

    Parameters
    ----------
    dispute : str or Scenario
        A dispute with a file `record/choices.csv`, or its name.
    draws : int, default 8192
        Number of parameter draws (scrambled Sobol, from the ranges), from 1 to 262,144.
    theory : str, default "moment"
        Theory by which answers and choices under an agreement are judged.
    rng : int, default 0
        Seed of the draws. `negotiation.verdict` uses the same draws for the same seed and number of draws.

    Returns
    -------
    Revealed
        See `.pays` and `.concession`, by choice and draw, `.consistent()`, `.bounds()` and
        `.verdicts(agreement)`.

    Raises
    ------
    InvalidFile
        If the dispute has no folder or no file of choices, or a row of the file is faulty.
    UnknownTheory, UnknownScenario
        If there is no such theory or dispute.
    InvalidGame, SizeLimit
        If `draws` is below 1 (`InvalidGame`) or above 262,144 (`SizeLimit`).
    InvalidNumber
        If `rng` is not a seed.

    Notes
    -----
    The weight of a draw is proportional to prod_e [prod_i p_i]^(1 / n_e) over episodes e with n_e choices i,
    where p_i is 1 - `error` if choice i pays in the draw and `error` otherwise. This is revealed preference
    with errors [1]_ [2]_.

    References
    ----------
    .. [1] Afriat (1967), International Economic Review 8.
    .. [2] Varian (1990), Journal of Econometrics 46.

    Examples
    --------
    >>> result = revealed("us-china-2025", draws=32)
    >>> [row.id for row in result.choices if row.episode == "May 2025"]
    ['E044', 'E045', 'E047l', 'E047u']
    >>> result.consistent(hard=True).dropped != ()
    True
    """
    scenario = dispute if isinstance(dispute, Scenario) else load_scenario(dispute)
    (result,) = revealed_under(scenario, [theory_named(theory)], draws, rng)
    return result


def revealed_under(
    scenario: Scenario, theories: Sequence[Theory], draws: int, rng: int = 0
) -> tuple[Revealed, ...]:
    """Return the result of `revealed` for each of several theories, which share their draws and games."""
    sample = sobol_draws(scenario, expect_count("draws", draws), rng)
    texts = {text.id: text for text in agreements_of(scenario.as_of(scenario.definition.date))}
    rows = load_choices(scenario)
    chosen = tuple(row for row in rows if row.kind != NO_PAYOFF)
    left_out = tuple(row for row in rows if row.kind == NO_PAYOFF)
    money = np.array([sample.as_of(row.day).number(f"{row.country}.gdp") / 100.0 for row in chosen])
    return tuple(
        Revealed(scenario.name, judge.name, chosen, left_out, worth * money, sample, rng)
        for judge, worth in zip(theories, gains(chosen, sample, theories, texts), strict=True)
    )


def soft_weights(pays: BoolArray, episodes: Sequence[str], error: float) -> FloatArray:
    """Return the weights of draws in the soft set, shape (D,), which sum to 1.

    `pays` says whether each choice pays in each draw, shape (C, D). `episodes` has the episode of each
    choice, and `error` is the chance of a wrong choice.
    """
    sizes = Counter(episodes)
    votes = np.array([1.0 / sizes[episode] for episode in episodes])
    logs = votes @ (pays * np.log1p(-error) + ~pays * np.log(error))
    weights: FloatArray = np.exp(logs - logs.max())
    whole: FloatArray = weights / weights.sum()
    return whole


def _quantiles(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the ends of the central 90 percent of weighted values, shape (2,)."""
    order = np.argsort(values, kind="stable")
    return np.asarray(np.interp(TAILS, np.cumsum(weights[order]), values[order]))

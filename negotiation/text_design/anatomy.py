"""The anatomy of a text: the effect of each clause, the missing clause, and the effect of a payment.

Each clause is taken out in turn, and each clause that could be added or made stricter is put in, all in the
same draws. A payment goes from one side to the other every year while everything is kept. In each draw, under
a theory, let m_1 and m_2 be the sides' least margins over legs, in USD billion. A payment x to the first side
(from it if x is negative) makes the text hold if and only if -m_1 <= x <= m_2. The reported x lies in the
most of these intervals. Among several such payments it is the smallest in size.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, groupby, islice, product

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.labelled.naming import namer
from negotiation.base.numeric import FloatArray
from negotiation.base.progress import Progress, told
from negotiation.base.reading.names import names_given
from negotiation.base.reading.numbers import expect_count
from negotiation.disputes import Postures, Scenario, State
from negotiation.disputes.instrument import Pair
from negotiation.disputes.menus import Menus, menus
from negotiation.disputes.parameter_draws import expect_draws
from negotiation.text_design.judging import Bench, Games, Score
from negotiation.text_design.numerics import NUMERICS
from negotiation.text_design.texts import Text, expect_share
from negotiation.truces.compiling.terms import (
    check_agreement_known,
    postures_before,
    with_terms,
    written_terms,
)
from negotiation.truces.record.agreement_text import Dispute, scenario_for
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.theories import Theory, theories_by_name, theory
from negotiation.truces.theories.common.game_batch import game_batch
from negotiation.truces.theories.common.legs import margins_by_player
from negotiation.truces.verdicts.agreements import Agreement, truce


@dataclass(frozen=True, eq=False)
class ClauseChange:
    """The effect of changing one clause of a text."""

    # country, instrument, level: The clause.
    country: str
    instrument: str
    level: str
    # Whether the clause is put in, or made stricter, rather than taken out.
    added: bool
    # (K,): the change of the share of draws in which all legs hold, by theory.
    shares: FloatArray
    # The theory under which the change lowers the share most, and the leg; empty if it lowers none.
    weakens: str
    # (2,): the value of the clause to each side, on average over draws, % GDP per period.
    gains: FloatArray

    @property
    def does_nothing(self) -> bool:
        """Whether the change affects no share under any theory and no side's payoff."""
        return not self.shares.any() and not self.gains.any()

    @property
    def clause(self) -> str:
        """The clause in words."""
        return f"{self.country} {self.instrument} {self.level}"


@dataclass(frozen=True)
class Payment:
    """The payment that makes a text hold in most draws under a theory."""

    theory: str
    # The side that is paid; empty if no payment helps.
    to: str
    # USD billion per year, for as long as everything is kept.
    billion: float
    # share, before: The share of draws in which the text holds with the payment, and without.
    share: float
    before: float


@dataclass(frozen=True, eq=False)
class Anatomy(Tabular):
    """Effects of a text's clauses, of further clauses, and of payments. Make one with `anatomy`.

    Parameters
    ----------
    agreement : Agreement
        The text.
    scenario : Scenario
        The dispute.
    theories : tuple of str
        Names of the theories, in the order of arrays.
    legs : tuple of str
        Names of the legs, in the order of arrays.
    whole : Score
        The score of the unchanged text.
    without : tuple of ClauseChange
        Effect of taking out each clause.
    more : tuple of ClauseChange
        Effect of adding each clause or making it stricter, the most helpful change first.
    payments : tuple of Payment
        One payment for each theory.

    Examples
    --------
    >>> result = anatomy("2025-05-geneva", size="small", theories=["moment"], draws=8)
    >>> result.whole.draws, len(result.without)
    (8, 2)
    """

    agreement: Agreement
    scenario: Scenario
    theories: tuple[str, ...]
    legs: tuple[str, ...]
    whole: Score
    without: tuple[ClauseChange, ...]
    more: tuple[ClauseChange, ...]
    payments: tuple[Payment, ...]

    @property
    def idle(self) -> tuple[ClauseChange, ...]:
        """Clauses without which neither a share nor a side's payoff changes."""
        return tuple(change for change in self.without if change.does_nothing)

    @property
    def missing(self) -> ClauseChange | None:
        """The further clause that helps most; `None` if none raises the least share over theories."""
        best = self.more[0] if self.more else None
        lifted = None if best is None else (self.whole.shares + best.shares).min() - self.whole.share
        return best if lifted is not None and lifted > 0.0 else None

    @property
    def answer(self) -> str:
        """The answer in a sentence."""
        shares = self.whole.shares
        under = self.theories[int(shares.argmin())]
        words = f"{self.agreement.title} holds in {shares.min():.2f}"
        words += f" to {shares.max():.2f} of draws, least" if len(shares) > 1 else " of draws,"
        words += f" under {under}"
        added = self.missing
        words += f"; {added.clause} would help most" if added else "; no clause more raises the least"
        return f"{namer(self.scenario.names)(words)}."

    def table(self) -> Table:
        """Return one row for each clause that is taken out, added or made stricter.

        Returns
        -------
        Table
            The clause, whether it is put in or taken out, its worth to each side in percent of GDP, the
            theory and leg that the change weakens most, and for each theory the change in the share of draws
            in which the text holds.
        """
        rows = tuple(
            (change.clause, "in" if change.added else "out", *change.gains, change.weakens, *change.shares)
            for change in (*self.without, *self.more)
        )
        worth = (f"worth to {player}" for player in self.scenario.countries)
        columns = ("clause", "put", *worth, "weakens", *self.theories)
        title = f"{self.agreement.id}: what a clause changes, shares of {self.whole.draws} draws"
        return Table(title, columns, rows, self.scenario.names)

    def payments_table(self) -> Table:
        """Return one row for each theory: the yearly payment with which the text holds in most draws.

        Returns
        -------
        Table
            The theory, the share of draws in which the text holds without a payment, the side that is paid,
            the payment in USD billion per year, and the share of draws in which the text holds with it.
        """
        rows = tuple((p.theory, p.before, p.to, p.billion, p.share) for p in self.payments)
        columns = ("theory", "holds", "paid to", "USD bn a year", "then holds")
        return Table(f"{self.agreement.id}: payments", columns, rows, self.scenario.names)


def anatomy(
    agreement: str | Agreement,
    scenario: Dispute | None = None,
    *,
    theories: Iterable[str] | None = None,
    draws: int = 256,
    size: str | None = None,
    state: State | None = None,
    rng: int | np.random.Generator = 0,
    progress: Progress | None = None,
) -> Anatomy:
    """Return the effect of each clause of a text, of each possible further clause, and of payments.

    A text holds as in `design`: all its legs hold in the same draw, and keeping it is rational for both
    sides. The clock of the text is ignored.

    Parameters
    ----------
    agreement : str or Agreement
        The text, or its name.
    scenario : Scenario, str or Path, optional
        The dispute, its name or its folder; by default the agreement's own.
    theories : iterable of str, optional
        Names of theories of what a text leaves out; all theories by default.
    draws : int, default 256
        Number of parameter draws. All changes are judged in the same draws.
    size : str, optional
        Size of the game, which sets its instruments; the largest affordable one by default.
    state : State, optional
        State of the world; by default the state on the day of signing.
    rng : int or numpy.random.Generator, default 0
        Seed or generator of the draws.
    progress : callable, optional
        Called with the number of draws done and the number of all draws.

    Returns
    -------
    Anatomy
        See `.table()`, `.idle` (clauses without an effect), `.missing` (the most helpful further clause) and
        `.payments`.

    Raises
    ------
    UnknownTruce, UnknownTheory
        If there is no such text or theory.
    UnknownCountry, UnknownInstrument, UnknownLevel
        If a clause names a country, an instrument or a level that the scenario does not have.
    InvalidGame, SizeLimit
        If the size is not known, or `draws` is below 1 or above 262,144.
    UnknownScenario, InvalidFile
        If there is no such dispute, or a file of it is faulty.
    InvalidOptions
        If `theories` are not names, or `state` is not a State.
    InvalidNumber
        If `rng` is neither a seed nor a generator.

    Examples
    --------
    >>> anatomy("2025-05-geneva", size="small", theories=["moment"], draws=8).idle
    ()
    """
    text, bench, inside, more = _around(agreement, scenario, theories, size, state)
    world, count = bench.scenario, expect_draws(draws)
    whole = _text(inside)
    less = {pair: _text({p: x for p, x in inside.items() if p != pair}) for pair in inside}
    wider = {(pair, level): _text({**inside, pair: level}) for pair, level in more}
    sample = bench.sample(count, rng)
    margins: list[FloatArray] = []
    with told(f"anatomy of {text.id}", progress) as report:
        # The margins of both sides are computed while the games exist.
        games = _watched(bench, bench.games(sample, report), whole, margins)
        scores, _ = bench.scores([whole, *less.values(), *wider.values()], games)
    base = scores[whole]
    without = [_change(bench, (*p, inside[p]), base, scores[t], added=False) for p, t in less.items()]
    put = [_change(bench, (*p, level), base, scores[t], added=True) for (p, level), t in wider.items()]
    put.sort(key=lambda part: (-float((base.shares + part.shares).min()), -float(part.shares.sum())))
    return Anatomy(
        text, world, bench.names, world.legs, base, tuple(without), tuple(put),
        _payments(bench, np.concatenate(margins, axis=1), base),
    )  # fmt: skip


def _around(
    agreement: str | Agreement,
    scenario: Dispute | None,
    theories: Iterable[str] | None,
    size: str | None,
    state: State | None,
) -> tuple[Agreement, Bench, dict[Pair, str], list[tuple[Pair, str]]]:
    """Return a text, the bench for texts near it, its clauses in the game, and clauses that may be added.

    Clauses are levels by country and instrument.
    """
    world = scenario_for(agreement, scenario)
    text = agreement if isinstance(agreement, Agreement) else truce(agreement, world)
    check_agreement_known(text, world)
    asked_of = names_given(theories, "`theories`")
    chosen = tuple(theory(name) for name in (theories_by_name() if asked_of is None else asked_of))
    day = state_of_the_day(text, world, state)
    batch = game_batch(text, world, day.likely, size)
    known = menus(world, batch.size, None, {}, day.likely)
    terms = written_terms(text)
    inside = {pair: level for pair, level in terms.items() if pair[1] in known[pair[0]]}
    outside = {pair: level for pair, level in terms.items() if pair not in inside}
    kept = with_terms(postures_before(text, world), outside)
    more = _more(world, known, with_terms(kept, inside), inside, day.likely)
    levels = {pair: (level,) for pair, level in inside.items()}
    for pair, level in more:
        levels[pair] = (*levels.get(pair, ()), level)
    return text, Bench(world, text.signed, chosen, day, batch, kept, levels), inside, more


@dataclass(frozen=True, eq=False)
class Nearest:
    """The text with the fewest changes that holds in a given share of draws under every theory."""

    # The share of draws in which the text must hold.
    robust: float

    # The text or, if no text that was evaluated holds in this share of draws, the one that holds in most.
    agreement: Agreement
    # Clauses that are put in, made stricter or taken out, in words.
    changes: tuple[str, ...]
    # The least share of draws over theories, in the draws of the search.
    share: float
    enough: bool
    looked: int

    @property
    def answer(self) -> str:
        """The answer in a sentence."""
        changes = ", ".join(self.changes) or "no change"
        if self.enough:
            return f"The nearest text that holds in {self.robust:g}: {changes}, in {self.share:.2f} of draws."
        share = f"{self.share:.2f} of draws"
        return f"None of {self.looked} near it holds in {self.robust:g}; most, in {share}, with {changes}."


def nearest(
    agreement: str | Agreement,
    scenario: Dispute | None = None,
    *,
    theories: Iterable[str] | None = None,
    robust: float = 0.9,
    draws: int = NUMERICS.draws,
    texts: int = NUMERICS.texts,
    size: str | None = None,
    state: State | None = None,
) -> Nearest:
    """Return the text with the fewest changed clauses that holds in the share `robust` of draws.

    A text must hold under every theory. The text itself is evaluated first, then all texts with one change,
    then all with two, and so on, up to `texts` texts. If none holds, the text that holds in most draws is
    returned. The other arguments and the errors are as in `anatomy`. Also raise `InvalidNumber` if `robust`
    is not above 0 and at most 1, and `InvalidGame` if `texts` is not a whole number of at least 1.
    """
    expect_share(robust)
    expect_count("texts", texts)
    text, bench, inside, _ = _around(agreement, scenario, theories, size, state)
    sample = bench.sample(draws, 0)
    games, scores = list(bench.games(sample)), dict[Text, Score]()
    # The other levels of each pair that may be bound; None takes out a clause of the text.
    free = {pair: (None,) if pair in text.covered() else () for pair in inside}
    other = {p: [x for x in (*free.get(p, ()), *xs) if x != inside.get(p)] for p, xs in bench.levels.items()}
    near = (
        (_text({p: x for p, x in {**inside, **dict(zip(pairs, to, strict=True))}.items() if x}), pairs)
        for count in range(len(other) + 1)
        for pairs in combinations(other, count)
        for to in product(*(other[pair] for pair in pairs))
    )
    terms = dict(islice(((one, pairs) for one, pairs in near if one.clauses), texts))
    for _, some in groupby(terms, key=lambda part: len(terms[part])):
        scores |= bench.scores(some, games)[0]
        # The text with the fewest changes that holds; if none does, the best one, and of equals the nearest.
        best = max(
            scores, key=lambda part: (min(scores[part].share, robust), -len(terms[part]), scores[part].worth)
        )
        if scores[best].share >= robust:
            break
    changed, clauses = text, best.terms
    # First the clauses that are put in, since a text has at least one clause.
    for pair in sorted(terms[best], key=lambda pair: pair not in clauses):
        put = changed.with_clause if pair in clauses else changed.without_clause
        changed = put(*pair, *([clauses[pair]] if pair in clauses else []), scenario=bench.scenario)
    words = tuple(" ".join((*pair, clauses.get(pair, "taken out"))) for pair in terms[best])
    return Nearest(robust, changed, words, scores[best].share, scores[best].share >= robust, len(scores))


def _text(terms: dict[Pair, str]) -> Text:
    return Text(tuple((*pair, level) for pair, level in terms.items()))


def _more(
    scenario: Scenario, known: Menus, postures: Postures, terms: dict[Pair, str], state: State
) -> list[tuple[Pair, str]]:
    """Return the clauses that may be added or made stricter, at the kept level or a less harsh one."""
    pairs = []
    for country, menu in known.items():
        for name in menu:
            position, now = scenario.instruments[name].position, postures[country][name]
            lawful = [level.label for level in scenario.levels(country, name, state)]
            here = [x for x in lawful if x in menu[name] or x == now]
            calm = [x for x in here if position(country, x) <= position(country, now)]
            pairs += [((country, name), x) for x in calm if terms.get((country, name)) != x]
    return pairs


def _watched(bench: Bench, games: Iterable[Games], text: Text, margins: list[FloatArray]) -> Iterable[Games]:
    for some in games:
        margins.append(
            np.array(
                [margins_by_side(theory_asked, some, text) for theory_asked in bench.theories]
            ).transpose(0, 2, 1)
        )
        yield some


def margins_by_side(theory: Theory, games: Games, text: Text) -> FloatArray:
    """Return each side's least margin over legs in each of D draws, in USD bn a year, shape (2, D).

    The margin is minus infinity in draws in which keeping the text is not rational.
    """
    game = games.posed(text)
    departures = theory.departures(game)
    legs = [margins_by_player(game, departures, leg) for leg in game.scenario.legs]
    least = np.array([np.min([own[i] for own in legs], axis=0) for i in (0, 1)])
    sound = np.logical_and.reduce([own.rational for own in departures])
    return np.where(sound, least * game.money.T, -np.inf)


def _change(
    bench: Bench, clause: tuple[str, str, str], base: Score, other: Score, *, added: bool
) -> ClauseChange:
    shares, legs = other.shares - base.shares, (other.legs - base.legs) / base.draws
    k = int(shares.argmin())
    weakens = (
        f"{bench.theories[k].name}, {bench.scenario.legs[int(legs[k].argmin())]}" if shares[k] < 0 else ""
    )
    # The outcome without a text cancels in the difference, so that the worth is the same under any theory.
    gains = (other.mean_gains - base.mean_gains)[0] * (1.0 if added else -1.0) + 0.0
    return ClauseChange(*clause, added, shares, weakens, gains)


def _payments(bench: Bench, margins: FloatArray, base: Score) -> tuple[Payment, ...]:
    payments = []
    for judge, own, before in zip(bench.theories, margins, base.shares, strict=True):
        amount, share = best_payment(-own[:, 0], own[:, 1])
        to = bench.scenario.countries[0 if amount > 0.0 else 1] if amount else ""
        payments.append(Payment(judge.name, to, abs(amount), share, float(before)))
    return tuple(payments)


def best_payment(low: FloatArray, high: FloatArray) -> tuple[float, float]:
    """Return the number of smallest size that lies in the most intervals, and the share that contains it.

    The intervals are from `low` to `high`, and empty if `low` is larger. Shapes: `low` (D,), `high` (D,).

    Examples
    --------
    >>> best_payment(np.array([1.0, 2.0, 5.0]), np.array([3.0, 4.0, 4.0]))
    (2.0, 0.6666666666666666)
    """
    ends = np.concatenate([[0.0], low[np.isfinite(low)], high[np.isfinite(high)]])
    inside = np.sort(low[low <= high]), np.sort(high[low <= high])
    covered = np.searchsorted(inside[0], ends, "right") - np.searchsorted(inside[1], ends, "left")
    best = ends[covered == covered.max()]
    return float(best[np.abs(best).argmin()]), float(covered.max() / len(low))

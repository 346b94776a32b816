"""Costs of moves in dollars a year, the best replies to them, and the legs of an agreement that then fail.

Payoffs come from the posture game on a day, with the levels in force by the record and the moves added, at
the horizon of the calibration. A cost is the flow of payoffs that a side loses. Its range contains 90 percent
of the parameter draws. The best reply is the posture that pays the other side most in the one-shot game while
the moves stand. Since payoffs add up over instruments, much of such a reply would pay without the moves as
well, and that part is reported separately. A theory judges the moves as a departure from the text in force,
with the consequences that the theory assumes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from negotiation.asking.base_rate import BaseRate, base_rate
from negotiation.asking.break_even import PaysIf, pays_if, step
from negotiation.asking.moves import Move, in_words, moves_given
from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.base.progress import Progress, told
from negotiation.base.reading.numbers import expect_day
from negotiation.base.status import Status
from negotiation.disputes import Postures, Scenario
from negotiation.disputes.loading import MAIN, load_scenario
from negotiation.disputes.parameter_draws import expect_draws
from negotiation.disputes.posture import posture_from_label
from negotiation.errors import IllegalMove, InvalidOptions
from negotiation.game_theory.games import RepeatedGame
from negotiation.game_theory.strategies import Automaton
from negotiation.truce_panel.numerics import NUMERICS
from negotiation.truces.record.agreement_text import AgreementText, Dispute, agreements_of
from negotiation.truces.record.events import DIRECTIONS, DOWN, UP
from negotiation.truces.record.renewals import text_in_force
from negotiation.truces.record.state_trajectory import state_on
from negotiation.truces.record.timeline import looking_back_to, postures_on
from negotiation.truces.theories import Theory, theories
from negotiation.truces.theories.common.game_batch import GameBatch, game_batch
from negotiation.truces.verdicts.drawn import NOT_RATIONAL
from negotiation.truces.verdicts.verdict import drawn_batches, sampled


@dataclass(frozen=True)
class Cost:
    """Cost of the moves to a side or a region; negative if it gains."""

    # USD bn a year.
    usd_bn: float
    # Percent of its GDP a year.
    percent: float
    # low, high: Limits of the range with 90 percent of the draws, USD bn a year; both are `usd_bn` without
    # draws, and always for third countries and regions.
    low: float
    high: float
    # Cost of each move alone, USD bn a year.
    by_move: Mapping[Move, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """A side's best reply to the levels in force, in the one-shot game."""

    # The country that replies.
    country: str
    # The levels that it changes; empty if staying is best.
    changes: tuple[Move, ...]
    # The changes that would also be best if nobody had moved.
    anyway: tuple[Move, ...]
    # Gain from the reply over staying, USD bn a year.
    usd_bn: float
    # Share of the draws in which the same reply is best; `None` without draws.
    share: float | None = None


@dataclass(frozen=True)
class FallenLegs:
    """A theory's verdict on the moves of one country under the text in force."""

    # theory, country: Name of the theory, and code of the country that moves.
    theory: str
    country: str
    # Legs that the moves breach, and legs in which the reaction is harsher than the levels kept; all legs if
    # the theory keeps them by payments, which then end.
    legs: tuple[str, ...]
    # Value of keeping the text less the value of the moves, USD million a year; below 0 if the moves pay.
    margin: float
    # Whether the moves pay at the central values: "pays", "does not pay", or "not rational" if keeping the
    # text is worth less to a side than the worst payoff to which it can be held.
    word: str
    # Share of draws in which the moves pay, among the draws in which keeping is rational; `None` if there are
    # none.
    share: float | None


@dataclass(frozen=True, repr=False)
class Asked(Tabular, Drawable):
    """The costs of moves and the best replies to them. Make one with `ask`.

    Parameters
    ----------
    moves : tuple of Move
        Country, instrument and level of each move.
    day : date
        Day of the moves. The record says which levels are in force on it.
    costs : mapping from str to Cost
        Cost to each of the two countries, in USD billion a year and in percent of GDP a year.
    bystanders : mapping from str to Cost
        Cost to each third country or region; empty if the calibration has no trade table.
    answer : Reply
        Best reply to the moves by the side other than the first mover.
    back : Reply
        The first mover's best reply to `answer`.
    text : str or None
        Name of the text in force; `None` if there is none.
    legs : tuple of FallenLegs
        One entry per theory and moving country; empty if no text is in force.
    would_pay_if : tuple of PaysIf
        One entry per moving country and interest or parameter: the value at which its moves break even.
    base_rate : tuple of BaseRate
        For each move, the number of such moves in the record, and the chance of one within a year. Such a
        move has the same country, instrument and direction.
    draws : int
        Number of parameter draws behind ranges and shares.
    scenario : Scenario
        The dispute as it was known on the day.
    status : {"complete", "partial"}
        "partial" if the game does not include all lawful levels, so that best replies are chosen from fewer
        postures.

    Examples
    --------
    >>> import negotiation as ng
    >>> answer = ng.ask("USA tariff 60", draws=0)
    >>> answer.moves[0].level, str(answer.day), answer.text
    ('at_60', '2026-10-10', '2026-09-washington')
    >>> answer.costs["USA"].usd_bn > 0, answer.costs["CHN"].percent > 0
    (True, True)
    """

    _figure = "truces.asked:asked_figure"

    moves: tuple[Move, ...]
    day: date
    costs: Mapping[str, Cost]
    bystanders: Mapping[str, Cost]
    answer: Reply
    back: Reply
    text: str | None
    legs: tuple[FallenLegs, ...]
    would_pay_if: tuple[PaysIf, ...]
    base_rate: tuple[BaseRate, ...]
    draws: int
    scenario: Scenario
    status: Status = "complete"

    def __repr__(self) -> str:
        return f"{self.sentence}\n{self.table()}"

    @property
    def sentence(self) -> str:
        """The cost of the moves to each side, in words.

        Examples
        --------
        >>> import negotiation as ng
        >>> ng.ask("USA tariff peak", draws=0).sentence.partition(":")[0]
        'United States, tariff at peak (126.5 percent), on 10 October 2026'
        """
        names = self.scenario.names
        phrase = " and ".join(in_words(self.scenario, self.moves))
        each = "; ".join(f"{names.get(code, code)} {_cost(cost)}" for code, cost in self.costs.items())
        return f"{phrase}, on {self.day.day} {self.day:%B %Y}: {each}."

    def table(self) -> Table:
        """Return one row for each country and region, with the cost of the moves to it.

        Returns
        -------
        Table
            The country or region, the cost in USD billion a year, the limits of the range that contains 90
            percent of the draws, and the cost in percent of GDP a year. A negative cost is a gain.
        """
        rows = tuple(
            (code, cost.usd_bn, cost.low, cost.high, cost.percent)
            for code, cost in (*self.costs.items(), *self.bystanders.items())
        )
        columns = ("who", "cost, USD bn a year", "low", "high", "percent of GDP")
        return Table("what it costs, and third countries", columns, rows, self.scenario.names)

    def legs_table(self) -> Table:
        """Return one row for each theory and moving country: whether the moves pay, and the legs that fall.

        Returns
        -------
        Table
            The theory, the country, whether the moves pay, and the share of draws in which they pay, among
            the draws in which keeping the text is rational. Then the margin of keeping over the moves, in USD
            million a year, and the legs that fall.
        """
        rows = tuple(
            (
                row.theory, row.country, row.word, row.share, row.margin,
                ", ".join(row.legs) or "none",
            )
            for row in self.legs
        )  # fmt: skip
        columns = ("theory", "of", "the move", "share", "margin, USD m/yr", "legs that fall")
        return Table(f"under {self.text}", columns, rows, self.scenario.names)

    def pays_table(self) -> Table:
        """Return the values at which the moves break even, by country and interest or parameter.

        Returns
        -------
        Table
            One row for each moving country and each of its interests and parameters: the country, the name,
            the value at which its moves break even, the central value, the range and the unit. The value is
            None if the moves break even at no possible value.
        """
        rows = tuple(
            (row.country, row.what, row.value, row.now, row.low, row.high, row.unit)
            for row in self.would_pay_if
        )
        columns = ("of", "would pay at", "value", "now", "low", "high", "unit")
        return Table("what it would have to be worth, before any answer", columns, rows, self.scenario.names)


def _cost(cost: Cost) -> str:
    """Return a cost in words."""
    verb = "loses" if cost.usd_bn > 0 else "gains"
    size = abs(cost.usd_bn)
    between = ""
    if (cost.low, cost.high) != (cost.usd_bn, cost.usd_bn):
        ends = sorted((cost.low, cost.high) if cost.usd_bn > 0 else (-cost.low, -cost.high))
        between = f", {_usd(ends[0])} to {_usd(ends[1])} in nine tenths of the draws"
    return f"{verb} USD {_usd(size)} bn a year ({abs(cost.percent):.2g} percent of GDP{between})"


def _usd(billions: float) -> str:
    return f"{billions:,.0f}" if abs(billions) >= 100 else f"{billions:.2g}"


def ask(
    moves: str | Iterable[str],
    dispute: Dispute = MAIN,
    on: date | str | None = None,
    *,
    draws: int = 64,
    rng: int | np.random.Generator = 0,
    progress: Progress | None = None,
) -> Asked:
    """Return the costs of moves to each side, the best reply to them, and the legs of the text that fall.

    Parameters
    ----------
    moves : str or iterable of str
        Country, instrument, and a level or a rate, such as "USA tariff 60". Several moves are made together.
        In a single string they are separated by commas or semicolons.
    dispute : Scenario, str or Path, default "us-china-2025"
        A dispute, its name or its folder.
    on : date or str, optional
        Day of the moves. By default the last day to which the dispute's sources were read, or the day as of
        which a `Scenario` is known.
    draws : int, default 64
        Number of parameter draws behind ranges and shares; 0 for none.
    rng : int or numpy.random.Generator, default 0
        Seed or generator of the draws.
    progress : callable, optional
        Called with the number of draws done and the total number of draws.

    Returns
    -------
    Asked
        Costs are in USD billion a year. See `.sentence`, `.costs`, `.bystanders`, `.answer`, `.back`,
        `.legs`, `.would_pay_if`, `.base_rate` and `.table()`.

    Raises
    ------
    UnknownCountry, UnknownInstrument, UnknownLevel
        If a name is not known. The message gives the nearest names, or the levels and rates that are allowed.
    InvalidOptions
        If a move is not text, names no level, has a rate that is not allowed, or leaves the instrument at its
        level; if no move is named, or an instrument moves twice; or if the dispute has no agreement.
    IllegalMove
        If the law of a level is not in force on the day, or the game that is solved does not include the
        level.
    InvalidDate
        If `on` is not a date, or the record does not reach the day.
    UnknownScenario
        If there is no such dispute.
    InvalidFile
        If the folder of the dispute has a fault.
    InvalidGame
        If the dispute has more than two countries, or `draws` is not a whole number of at least 0.
    InvalidNumber
        If `rng` is neither a seed nor a generator.
    SizeLimit
        If `draws` is above 262,144.

    Examples
    --------
    >>> import negotiation as ng
    >>> result = ng.ask("USA tariff 60", draws=0)
    >>> result.answer.country, [row.theory for row in result.legs][:2]
    ('CHN', ['each for itself', 'moment'])
    """
    known, day = _on_day(dispute, on)
    known.expect_two("`ask`")
    kept = postures_on(known, day)
    world, chosen = moves_given(known, moves, kept)
    draws = expect_draws(draws, least=0)
    text, state = text_in_force(world, day), state_on(world, day)
    batch = game_batch(text or _any_text(world), world, state.likely)
    batch = replace(batch, terms=batch.terms if text else {}).keeping(kept)
    batch = _with_moves(batch, chosen, day)
    places = _Places.of(batch, chosen)
    central = _at(batch, places, chosen)
    drawn: list[_At] = []
    if draws:
        sample = sampled(world, state, draws, rng, None)
        with told("what the moves cost", progress) as report:
            for _, posed, _ in drawn_batches(batch, sample, report):
                there = replace(posed, terms=batch.terms).keeping(kept)
                drawn.append(_at(_with_moves(there, chosen, day), places, chosen))
    return Asked(
        chosen,
        day,
        _costs(batch, chosen, central, drawn),
        _bystanders(batch, chosen),
        *_replies(batch, places, central, drawn),
        None if text is None else text.id,
        tuple(_fallen(batch, places, central, drawn)) if text else (),
        tuple(pays_if(batch, chosen)),
        tuple(base_rate(known, day, series) for series in _series(world, chosen, kept)),
        draws,
        world,
        "complete" if _is_whole(batch) else "partial",
    )


def _is_whole(batch: GameBatch) -> bool:
    """Return whether every lawful level of every instrument is in the game."""
    world = batch.scenario
    return all(
        {level.label for level in world.levels(country, name, batch.state)}
        <= {*batch.menus[country].get(name, ())}
        for country in batch.players
        for name in world.held(country)
    )


def _series(world: Scenario, moves: Sequence[Move], kept: Postures) -> Iterator[tuple[str, str, str]]:
    """Yield the series of each move: its country, its instrument and its direction, "up" if harsher."""
    for country, name, level in moves:
        position = world.instruments[name].position
        way = UP if position(country, level) > position(country, kept[country][name]) else DOWN
        yield country, name, DIRECTIONS[way]


def _on_day(dispute: Dispute, on: date | str | None) -> tuple[Scenario, date]:
    """Return a dispute as it was known on a day, and the day."""
    if isinstance(dispute, Scenario):
        world = dispute if on is None else dispute.as_of(expect_day(on))
        day = world.definition.known
    else:
        world = load_scenario(dispute)
        day = world.definition.date if on is None else expect_day(on)
        world = world.as_of(day)
    return looking_back_to(world, day), day


def _any_text(world: Scenario) -> AgreementText:
    """Return a text of the dispute, from which the game is made if no text is in force."""
    texts = [text for text in agreements_of(world.folder, placebos=True) if not text.before]
    if not texts:
        raise InvalidOptions(
            f"{world.name!r} has no agreement, but the game is made from the file of one; add such a file, "
            "with the day of signing, to its folder `agreements`"
        )
    return texts[-1]


def _with_moves(batch: GameBatch, moves: Sequence[Move], day: date) -> GameBatch:
    """Return the games, or raise `IllegalMove` if a move's level is unlawful or not in them."""
    world = batch.scenario
    for country, name, label in moves:
        level = world.instrument(country, name).level(country, label)
        if missing := world.missing_laws(level, batch.state, day):
            lawful = ", ".join(x.label for x in world.levels(country, name, batch.state, day))
            raise IllegalMove(
                f"{country} {name} cannot go to {label!r}: {'; '.join(missing)}. The lawful levels are: "
                f"{lawful or 'none'}"
            )
        menu = batch.menus[country].get(name, ())
        if label not in menu:
            raise IllegalMove(
                f"{country} {name} cannot be moved to {label!r}: the game that is solved, of size "
                f"{batch.size!r}, does not have this level. The levels in it are: {', '.join(menu) or 'none'}"
            )
    return batch


@dataclass(frozen=True)
class _Places:
    """The positions of the moves among the actions of the whole game."""

    # The country that moves first, and the other one, by position.
    mover: int
    other: int
    # By position of the country, its action with all of its moves; 0 where it does not move.
    action: tuple[int, int]

    @classmethod
    def of(cls, batch: GameBatch, moves: Sequence[Move]) -> _Places:
        """Return the places of the moves of one or two countries in the game."""
        players = batch.players
        wanted = [{name: level for c, name, level in moves if c == player} for player in players]
        first, second = (
            next(k for k, changes in enumerate(batch.changes[i]) if dict(changes) == wanted[i])
            for i in range(len(players))
        )
        mover = players.index(moves[0].country)
        return cls(mover, 1 - mover, (first, second))


@dataclass(frozen=True, eq=False)
class _At:
    """Gains, best replies and values by theory at D settings of the parameters."""

    # gain, alone: (D, 2), of all moves and of each alone: gain of each side over no moves, percent of GDP.
    gain: FloatArray
    alone: tuple[FloatArray, ...]
    # (D, 2): USD bn in one percent of each side's GDP.
    money: FloatArray
    # (D,): the other side's best reply to the moves, and the first side's best reply to that.
    answer: IntArray
    back: IntArray
    # (D,), by player: best replies had nobody moved.
    anyway: tuple[IntArray, IntArray]
    # By theory and mover, (D,): value of the moves less the value of keeping, whether keeping is rational,
    # and whether the departure has consequences.
    worth: Mapping[tuple[str, int], FloatArray]
    rational: Mapping[tuple[str, int], BoolArray]
    answered: Mapping[tuple[str, int], BoolArray]


def _at(batch: GameBatch, places: _Places, moves: Sequence[Move]) -> _At:
    whole, action = batch.whole, places.action
    payoffs = whole if places.mover == 0 else whole.swapaxes(1, 2)
    m, o = places.mover, places.other
    answer = _best(batch, payoffs[:, action[m], :, o], o, action[o])
    anyway = (_best(batch, whole[:, :, 0, 0], 0, 0), _best(batch, whole[:, 0, :, 1], 1, 0))
    every = np.arange(len(whole))
    back = _best(batch, payoffs[every, :, answer, m], m, action[m])
    alone = tuple(_at_action(whole, _Places.of(batch, [move])) - whole[:, 0, 0] for move in moves)
    worth, rational, answered = {}, {}, {}
    for theory in theories():
        departures = theory.departures(batch)
        for i in (i for i in (0, 1) if action[i]):
            own = departures[i]
            worth[theory.name, i] = own.value[:, action[i]]
            rational[theory.name, i] = np.logical_and.reduce([each.rational for each in departures])
            answered[theory.name, i] = own.answered[:, action[i]]
    return _At(
        _at_action(whole, places) - whole[:, 0, 0], alone, batch.money, answer, back, anyway,
        worth, rational, answered,
    )  # fmt: skip


def _at_action(whole: FloatArray, places: _Places) -> FloatArray:
    """Return the payoffs at the action profile of the moves, shape (D, 2)."""
    first, second = places.action
    payoffs: FloatArray = whole[:, first, second]
    return payoffs


def _best(batch: GameBatch, payoffs: FloatArray, player: int, stays: int) -> IntArray:
    """Return a best reply in each row, shape (D,): staying if it is as good as any, else the first."""
    least = payoffs.max(axis=1) - batch.tolerances[:, player]
    best: IntArray = np.where(payoffs[:, stays] >= least, stays, (payoffs >= least[:, None]).argmax(axis=1))
    return best


def _costs(batch: GameBatch, moves: Sequence[Move], central: _At, drawn: Sequence[_At]) -> dict[str, Cost]:
    costs = {}
    for i, country in enumerate(batch.players):
        usd = -float(central.gain[0, i] * central.money[0, i])
        ends = np.full(2, usd)
        if drawn:
            each = np.concatenate([-group.gain[:, i] * group.money[:, i] for group in drawn])
            ends = np.quantile(each, NUMERICS.band)
        own = {
            move: -float(gain[0, i] * central.money[0, i])
            for move, gain in zip(moves, central.alone, strict=True)
        }
        low, high = ends.tolist()
        costs[country] = Cost(usd, -float(central.gain[0, i]), low, high, own)
    return costs


def _bystanders(batch: GameBatch, moves: Sequence[Move]) -> dict[str, Cost]:
    """Return the costs of the moves to the third countries and regions in the trade table."""
    world, percent = batch.scenario, dict[str, dict[Move, float]]()
    for move in moves:
        effects = world.effects(move.country, move.instrument, batch.state)
        for region, gains in effects.bystanders.items():
            percent.setdefault(region, {})[move] = -step(world, move, batch.kept, gains)
    costs = {}
    for region, by_move in percent.items():
        gdp = world.parameters.get(f"trade.gdp.{region}")
        if gdp is not None and region not in world.countries:
            usd = {move: x / 100.0 * gdp for move, x in by_move.items()}
            total = sum(usd.values())
            costs[region] = Cost(total, sum(by_move.values()), total, total, usd)
    return costs


def _replies(batch: GameBatch, places: _Places, central: _At, drawn: Sequence[_At]) -> tuple[Reply, Reply]:
    whole = batch.whole[0] if places.mover == 0 else batch.whole[0].swapaxes(0, 1)
    m, o = places.mover, places.other
    answer, back, moved = int(central.answer[0]), int(central.back[0]), places.action[m]
    before = places.action[o]
    replies = []
    for player, best, stays, gain, each in (
        (o, answer, before, whole[moved, answer, o] - whole[moved, before, o], "answer"),
        (m, back, moved, whole[back, answer, m] - whole[moved, answer, m], "back"),
    ):
        country = batch.players[player]
        changes = _changed(batch, player, stays, best)
        free = _changed(batch, player, 0, int(central.anyway[player][0]))
        share = None
        if drawn:
            share = float(np.mean(np.concatenate([getattr(group, each) for group in drawn]) == best))
        usd = float(gain * central.money[0, player])
        replies.append(Reply(country, changes, tuple(x for x in changes if x in free), usd, share))
    return replies[0], replies[1]


def _changed(batch: GameBatch, player: int, start: int, end: int) -> tuple[Move, ...]:
    """Return the differences between two of a player's actions, as moves from the first to the second."""
    country, changes = batch.players[player], batch.changes[player]
    before, after = dict(changes[start]), dict(changes[end])
    names = [n for n in batch.menus[country] if before.get(n) != after.get(n)]
    return tuple(Move(country, n, after.get(n, batch.kept[country][n])) for n in names)


def _fallen(batch: GameBatch, places: _Places, central: _At, drawn: Sequence[_At]) -> Iterator[FallenLegs]:
    for theory in theories():
        for i in (i for i in (0, 1) if places.action[i]):
            key = (theory.name, i)
            worth, share = float(central.worth[key][0]), None
            if drawn:
                each = np.concatenate([group.worth[key] for group in drawn])
                sound = np.concatenate([group.rational[key] for group in drawn])
                share = float(np.mean(each[sound] > 0.0)) if sound.any() else None
            legs = _legs(batch, theory, i, places.action[i], follows=bool(central.answered[key][0]))
            margin = -1e3 * worth * float(central.money[0, i])
            word = "pays" if worth > float(batch.tolerances[0, i]) else "does not pay"
            word = word if central.rational[key][0] else NOT_RATIONAL
            yield FallenLegs(theory.name, batch.players[i], legs, margin, word, share)


def _legs(batch: GameBatch, theory: Theory, player: int, action: int, *, follows: bool) -> tuple[str, ...]:
    """Return the legs that fall: the legs of the breach, and the legs in which the reaction is harsher."""
    country, world = batch.players[player], batch.scenario
    harsher = {n: x for n, x in batch.changes[player][action].items() if batch.is_harsher(country, n, x)}
    legs = set()
    for name, level in harsher.items():
        position = world.instruments[name].position
        # A promised level is a ceiling, so a step up to it is no breach.
        promised = batch.terms.get((country, name))
        if promised is not None and position(country, level) > position(country, promised):
            legs.add(batch.leg_of(name))
    if follows and not theory.in_time:
        # All is kept by payments that a departure forgoes, so every leg falls.
        return world.legs
    for play in theory.plays(batch) if follows else ():
        if play.strategy is not None and isinstance(play.game, RepeatedGame):
            legs |= {*_answered_legs(batch, play.strategy, play.game, player, harsher)}
    return tuple(leg for leg in world.legs if leg in legs)


def _answered_legs(
    batch: GameBatch, strategy: Automaton, game: RepeatedGame, player: int, harsher: Mapping[str, str]
) -> Iterator[str]:
    """Yield the legs in which a strategy goes harsher in the period after a departure."""
    start = next(iter(strategy.start))
    kept = strategy.actions[start]
    wanted = posture_from_label(kept[player])
    wanted |= {name: level for name, level in harsher.items() if name in wanted}
    label = next((x for x in game.stage.actions[player] if posture_from_label(x) == wanted), kept[player])
    if label == kept[player]:
        return  # a game of other legs
    played = tuple(label if j == player else own for j, own in enumerate(kept))
    for after in strategy.next_states(start, played):
        for country, there in zip(batch.players, strategy.actions[after], strict=True):
            for name, level in posture_from_label(there).items():
                if batch.is_harsher(country, name, level):
                    yield batch.leg_of(name)

"""Games in continuous time: players move one at a time at random dates, and the state is public.

Arcidiacono, Bayer, Blevins and Ellickson (2016), "Estimation of dynamic discrete choice models in continuous
time", Review of Economic Studies 83(3); Doraszelski and Judd (2012), "Avoiding the curse of dimensionality in
dynamic stochastic games", Quantitative Economics 3(1). A decision maker gets chances to move at a given rate.
At each chance it picks an option; staying is one of them. Between moves payoffs flow. Nature moves at its own
rates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf, isnan
from operator import index
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import PROBABILITY_TOLERANCE, FloatArray, IntArray, read_only
from negotiation.errors import (
    InvalidGame,
    InvalidOptions,
    InvalidRate,
    SizeLimit,
    UnknownEvent,
    UnknownPlayer,
    UnknownState,
    shown,
)
from negotiation.game_theory.games.kinds import label_texts, no_array, own_errors
from negotiation.game_theory.games.numerics import NUMERICS
from negotiation.game_theory.games.option_rows import OptionRows, option_rows


class StateLabels(tuple[str, ...]):
    """Labels of states that are known to be unique, so that games that share them need not check again."""

    __slots__ = ()

    def __new__(cls, labels: Iterable[str]) -> Self:
        """Return the labels, or raise `InvalidGame` if a label is repeated."""
        instance = super().__new__(cls, labels)
        if len(set(instance)) != len(instance):
            raise InvalidGame(
                f"state labels must be unique; got {len(instance)}, {len(set(instance))} of them different"
            )
        return instance


@own_errors
@dataclass(frozen=True, eq=False)
class DecisionMaker:
    """A decision maker who gets chances to move: a player, or one of a player's agencies.

    Parameters
    ----------
    player : int or str
        Position or label of the player whose payoffs the decision maker maximises.
    rate : float or array_like, shape (S,)
        Chances to move per year: one number for all states, or one for each of the S states. Finite and not
        negative.
    options : sequence, tuple of arrays, or OptionRows
        `options[s]` lists the options in state s: `(target, payoff)` or `(target, payoff, event)`. The target
        is the position or label of a state, the payoff is paid at once, and the event is the label that
        observers see, or None. One option must lead back to s (staying). The arrays of `OptionRows` are
        accepted as compressed rows.
    precision : float, optional
        How closely choices follow payoffs, in units of one over payoff: the payoff of each option carries a
        Gumbel shock with scale 1 / precision and mean zero. Positive; infinite by default, which means best
        replies without shocks.
    label : str, optional
        Name of the decision maker; by default the player's label, with a number if the player has several
        decision makers.

    Raises
    ------
    InvalidRate
        If a rate is no number, negative or not finite, or has more than one axis, or the precision is not a
        positive number. The player and the options are checked by `ContinuousTimeGame`.

    Examples
    --------
    >>> maker = DecisionMaker(player=0, rate=12.0, options=[[(0, 0), (1, -1, "up")], [(1, 0)]], precision=2.0)
    >>> maker.precision
    2.0
    """

    player: int | str
    rate: FloatArray
    options: object
    precision: float
    label: str | None

    def __init__(
        self,
        player: int | str,
        rate: npt.ArrayLike,
        options: object,
        precision: float = inf,
        label: str | None = None,
    ) -> None:
        try:
            rates = np.array(rate, dtype=np.float64)
            sharp = float(precision)
        except (TypeError, ValueError, OverflowError) as error:
            raise InvalidRate(f"`rate` and `precision` must be numbers: {no_array(error)}") from None
        if rates.ndim > 1:
            raise InvalidRate(f"a rate must be one number, or one for each state; got shape {rates.shape}")
        if not (np.isfinite(rates).all() and (rates >= 0.0).all()):
            worst = rates[~(np.isfinite(rates) & (rates >= 0.0))].flat[0]
            raise InvalidRate(f"the rate of a decision maker must be finite and not negative; got {worst:g}")
        if isnan(sharp) or sharp <= 0.0:
            raise InvalidRate(
                f"a precision must be positive, or infinite for best replies; got {sharp:g}. "
                "For random choice give a small one"
            )
        # Compressed rows come as a tuple of arrays, and are copied by `OptionRows`.
        if isinstance(options, Sequence) and not any(isinstance(part, np.ndarray) for part in options):
            options = tuple(options)  # a list that changes later changes no game
        read_only(rates)
        object.__setattr__(self, "player", player)
        object.__setattr__(self, "rate", rates)
        object.__setattr__(self, "options", options)
        object.__setattr__(self, "precision", sharp)
        object.__setattr__(self, "label", None if label is None else str(label))


@own_errors
@dataclass(frozen=True, eq=False)
class ContinuousTimeGame(Tabular):
    """A game in continuous time with finitely many states, decision makers and options.

    Parameters
    ----------
    flows : array_like, shape (S, N)
        `flows[s, i]` is player i's payoff per year in state s.
    makers : sequence of DecisionMaker
        The decision makers; a player may have several, or none.
    discount_rates : float or sequence of float
        Discount rate per year, above 0: one number for all players, or one for each. Kept as a tuple with one
        rate for each player.
    nature : array_like or sparse matrix, shape (S, S), optional
        Rates per year at which the state changes by itself; no such changes by default. The diagonal is zero,
        or makes each row sum to zero. Kept as compressed rows, without the diagonal.
    states, players : sequence of str, optional
        Unique labels of the S states and N players; "0", "1", ... by default.

    Attributes
    ----------
    options : tuple of OptionRows
        For each of the M decision makers, its options in all states.
    owners : tuple of int
        For each decision maker, the position of its player.
    rates : array, shape (M, S)
        Chances to move per year of each decision maker in each state.

    Raises
    ------
    InvalidGame
        If flows are not an array of finite numbers, labels are no sequence or repeat, their numbers do not
        fit `flows`, a maker is not a `DecisionMaker`, or its player is neither a label nor a position.
    UnknownPlayer
        If a maker's player is a label that the game does not have.
    InvalidRate
        If a rate is negative or not finite, a discount rate is not positive and finite, or the number of
        rates does not fit the states or players.
    InvalidOptions
        If options have the wrong form, a maker cannot stay in some state, or an option leads to no state.
    SizeLimit
        If `nature` is a dense matrix of more than 1 GiB.

    Examples
    --------
    One side escalates or calms down, and tension costs both:

    >>> options = [[(0, 0, None), (1, 0, "up")], [(1, 0, None), (0, 0, "down")]]
    >>> usa = DecisionMaker(player="USA", rate=12.0, options=options, precision=2.0)
    >>> game = ContinuousTimeGame([[0, 0], [-1, -2]], [usa], 0.1, states=("calm", "tense"),
    ...                           players=("USA", "CHN"))
    >>> game.n_states, game.events, game.makers[0].label
    (2, ('up', 'down'), 'USA')
    """

    flows: FloatArray
    makers: tuple[DecisionMaker, ...]
    discount_rates: tuple[float, ...]
    nature: NatureRates
    states: tuple[str, ...]
    players: tuple[str, ...]
    options: tuple[OptionRows, ...]
    owners: tuple[int, ...]
    rates: FloatArray

    def __init__(
        self,
        flows: npt.ArrayLike,
        makers: Iterable[DecisionMaker],
        discount_rates: npt.ArrayLike,
        nature: object = None,
        states: Iterable[object] = (),
        players: Iterable[object] = (),
    ) -> None:
        paid = _flows(flows)
        n_states, n_players = paid.shape
        labels, names = _labels("state", states, n_states), _labels("player", players, n_players)
        given = tuple(makers)
        for maker in given:
            if not isinstance(maker, DecisionMaker):
                raise InvalidGame(f"makers must be DecisionMaker objects; got {type(maker).__name__}")
        owners = tuple(_owner(maker.player, names) for maker in given)
        titles = _titles(given, owners, names)
        rows = tuple(_checked_rows(maker, title, labels) for maker, title in zip(given, titles, strict=True))
        named = tuple(
            DecisionMaker(names[owner], maker.rate, row, maker.precision, title)
            for maker, owner, row, title in zip(given, owners, rows, titles, strict=True)
        )
        rates = _rates(named, n_states)
        for name, value in (
            ("flows", paid),
            ("makers", named),
            ("discount_rates", _discount_rates(discount_rates, names)),
            ("nature", nature_rates(nature, n_states)),
            ("states", labels),
            ("players", names),
            ("options", rows),
            ("owners", owners),
            ("rates", rates),
        ):
            object.__setattr__(self, name, value)

    @property
    def n_states(self) -> int:
        """Number of states S."""
        return len(self.flows)

    @property
    def n_players(self) -> int:
        """Number of players N."""
        return int(self.flows.shape[1])

    @property
    def precisions(self) -> tuple[float, ...]:
        """Precision of each decision maker, in the order of `makers`."""
        return tuple(maker.precision for maker in self.makers)

    @cached_property
    def events(self) -> tuple[str, ...]:
        """Distinct events of all options, in the order of the decision makers."""
        return tuple(dict.fromkeys(name for rows in self.options for name in rows.event_names))

    @cached_property
    def units(self) -> FloatArray:
        """Unit in which each player's flows are measured, shape (N,).

        The unit is the range of the player's flows, or the range of yearly payments by options if that is
        larger. If both ranges are 0, it is the scale of yearly shocks, or 1 without shocks.
        """
        spans = np.ptp(self.flows, axis=0)
        shocks = np.zeros(self.n_players)
        for maker, owner, rows, rates in zip(self.makers, self.owners, self.options, self.rates, strict=True):
            fastest = float(rates.max())
            # What options pay comes so many times a year at most: as a flow it is the rate times the range.
            spans[owner] = max(spans[owner], fastest * float(np.ptp(rows.payoffs)))
            shocks[owner] = max(shocks[owner], fastest / maker.precision)
        units: FloatArray = np.where(spans > 0.0, spans, np.where(shocks > 0.0, shocks, 1.0))
        read_only(units)
        return units

    def state_index(self, state: str) -> int:
        """Return the position of a state.

        Parameters
        ----------
        state : str
            Label of the state.

        Returns
        -------
        int
            Position among `states`.

        Raises
        ------
        UnknownState
            If the game has no state with this label.
        """
        try:
            return self._places[state]
        except (KeyError, TypeError):
            raise UnknownState(state, self.states) from None

    @cached_property
    def _places(self) -> dict[str, int]:
        return {label: s for s, label in enumerate(self.states)}

    def event_codes(self, events: Iterable[str]) -> tuple[IntArray, ...]:
        """Return the positions in `events` of the events of each decision maker's options.

        Parameters
        ----------
        events : iterable of str
            Labels of events.

        Returns
        -------
        tuple of arrays of int, one for each decision maker
            One entry for each option: the position of its event in `events`, or -1 if the event is not there.

        Raises
        ------
        UnknownEvent
            If an event belongs to no option.
        """
        wanted = tuple(events)
        for event in wanted:
            UnknownEvent.unless_in(event, self.events)
        codes = []
        for rows in self.options:
            names = np.array(
                [wanted.index(name) if name in wanted else -1 for name in rows.event_names] + [-1],
                dtype=np.intp,
            )
            codes.append(names[rows.events])  # an option without an event takes the last
        return tuple(codes)

    def table(self) -> Table:
        """Return a table by state: flows, and the rate and number of options of each decision maker."""
        columns = (
            "state",
            *(f"flow {player}" for player in self.players),
            *(f"{what} {maker.label}" for maker in self.makers for what in ("rate", "options")),
        )
        counts = [np.diff(rows.indptr) for rows in self.options]
        rows = tuple(
            (
                label,
                *self.flows[s].tolist(),
                *(x for m in range(len(self.makers)) for x in (float(self.rates[m, s]), int(counts[m][s]))),
            )
            for s, label in enumerate(self.states)
        )
        return Table("game in continuous time", columns, rows)

    def __repr__(self) -> str:
        return (
            f"ContinuousTimeGame({self.n_states} states, {len(self.makers)} decision makers, "
            f"players={self.players})"
        )


def _flows(flows: npt.ArrayLike) -> FloatArray:
    try:
        paid = np.array(flows, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidGame(
            f"flows must have one row for each state and one number for each player: {no_array(error)}"
        ) from None
    if paid.ndim != 2 or not paid.size:
        raise InvalidGame(
            "flows must have one row for each state and one column for each player, (S, N); got shape "
            f"{paid.shape}"
        )
    if not np.isfinite(paid).all():
        raise InvalidGame(f"flows must be finite; got {paid[~np.isfinite(paid)][0]}")
    read_only(paid)
    return paid


def _labels(noun: str, given: Iterable[object], count: int) -> tuple[str, ...]:
    # Known to differ: a set of 300,000 labels is not made again for each game.
    if isinstance(given, StateLabels) and len(given) == count:
        return given
    labels = label_texts(noun, given) or tuple(str(k) for k in range(count))
    if len(labels) != count or len(set(labels)) != count:
        raise InvalidGame(
            f"expected {count} different {noun} labels, one for each {noun} of flows; got {len(labels)}, "
            f"{len(set(labels))} of them different"
        )
    return labels


def _owner(player: int | str, names: tuple[str, ...]) -> int:
    if isinstance(player, str):
        UnknownPlayer.unless_in(player, names)
        return names.index(player)
    try:
        position = index(player)
    except TypeError:
        position = -1
    if not 0 <= position < len(names):
        raise InvalidGame(
            "a decision maker's player must be a label or a position from 0 to "
            f"{len(names) - 1}; got {player!r}"
        )
    return position


def _titles(
    makers: Sequence[DecisionMaker], owners: Sequence[int], names: tuple[str, ...]
) -> tuple[str, ...]:
    """Return a unique name for each decision maker."""
    titles: list[str] = []
    for m, (maker, owner) in enumerate(zip(makers, owners, strict=True)):
        earlier = owners[:m].count(owner)
        alone = owners.count(owner) == 1
        titles.append(maker.label or (names[owner] if alone else f"{names[owner]} {earlier + 1}"))
    if len(set(titles)) != len(titles):
        raise InvalidGame(f"decision makers must have different labels; got {shown(titles)}")
    return tuple(titles)


def _checked_rows(maker: DecisionMaker, title: str, states: tuple[str, ...]) -> OptionRows:
    """Return the checked options of a decision maker: each leads to a state, and staying is one of them."""
    try:
        rows = option_rows(maker.options, states)
    except InvalidOptions as error:
        raise InvalidOptions(f"{title}: {error}") from None
    if rows.n_states != len(states):
        raise InvalidOptions(
            f"{title} needs options in each of {len(states)} states; got rows for {rows.n_states}"
        )
    if rows.targets.min() < 0 or rows.targets.max() >= len(states):
        outside = np.flatnonzero((rows.targets < 0) | (rows.targets >= len(states)))
        where = states[int(rows.sources[outside[0]])]
        raise InvalidOptions(
            f"an option of {title} in state {where!r} leads to {int(rows.targets[outside[0]])}; states have "
            f"positions 0 to {len(states) - 1}"
        )
    # The common case, without a pass through all options.
    if (rows.targets[rows.indptr[:-1]] == np.arange(len(states))).all():
        return rows  # staying is the first option everywhere
    stays = np.zeros(len(states), dtype=np.bool_)
    sources = rows.sources
    stays[sources[rows.targets == sources]] = True
    if not stays.all():
        where = states[int(np.argmin(stays))]
        raise InvalidOptions(f"{title} cannot stay in state {where!r}: add an option that leads back to it")
    return rows


def _rates(makers: Sequence[DecisionMaker], n_states: int) -> FloatArray:
    rates = np.zeros((len(makers), n_states))
    for m, maker in enumerate(makers):
        if maker.rate.ndim and maker.rate.shape != (n_states,):
            raise InvalidRate(
                f"{maker.label} needs one rate, or one for each of {n_states} states; got {len(maker.rate)}"
            )
        rates[m] = maker.rate
    read_only(rates)
    return rates


def _discount_rates(given: npt.ArrayLike, names: tuple[str, ...]) -> tuple[float, ...]:
    try:
        rates = np.array(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidRate(f"discount rates must be numbers: {no_array(error)}") from None
    if rates.ndim > 1 or (rates.ndim == 1 and len(rates) != len(names)):
        raise InvalidRate(f"expected one discount rate, or one for each of {names}; got shape {rates.shape}")
    if not (np.isfinite(rates).all() and (rates > 0.0).all()):
        worst = rates[~(np.isfinite(rates) & (rates > 0.0))].flat[0]
        raise InvalidRate(
            f"discount rates must be positive and finite; got {worst:g}. For a yearly discount factor delta, "
            "give the rate -log(delta)"
        )
    return tuple(float(rate) for rate in np.broadcast_to(rates, len(names)))


class NatureRates(NamedTuple):
    """Rates of nature; state s has the rates `indptr[s]` up to `indptr[s + 1]`, none on the diagonal."""

    # (S + 1,): where the moves from each state begin.
    indptr: IntArray
    # (K,): where they lead.
    targets: IntArray
    # (K,): how often a year; positive.
    rates: FloatArray

    @property
    def sources(self) -> IntArray:
        """The state of each move, shape (K,)."""
        result: IntArray = np.repeat(np.arange(len(self.indptr) - 1, dtype=np.intp), np.diff(self.indptr))
        return result


def nature_rates(given: object, n_states: int) -> NatureRates:
    """Return the rates of nature, given as a matrix, as (sources, targets, rates), or as None for no moves.

    Shapes: a matrix (S, S), or three arrays (K,).

    Examples
    --------
    >>> nature_rates([[-2.0, 2.0], [0.0, 0.0]], 2).rates.tolist()
    [2.0]
    """
    if isinstance(given, NatureRates):
        given = (given.sources, given.targets, given.rates)
    if given is None:
        sources, targets, rates = np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0)
    elif isinstance(given, tuple) and len(given) == 3 and all(hasattr(part, "dtype") for part in given):
        sources, targets, rates = given
    else:
        sources, targets, rates = _entries(given, n_states)
    if not np.isfinite(rates).all():
        raise InvalidRate(f"rates of nature must be finite; got {rates[~np.isfinite(rates)][0]}")
    own = sources == targets
    if (rates[~own] < 0.0).any():
        k = int(np.flatnonzero(~own & (rates < 0.0))[0])
        raise InvalidRate(
            f"rates of nature must not be negative; from state {sources[k]} to {targets[k]} it is "
            f"{rates[k]:g}"
        )
    leaves = np.bincount(sources[~own], rates[~own], n_states)
    diagonal = np.bincount(sources[own], rates[own], n_states)
    wrong = (diagonal != 0.0) & (abs(diagonal + leaves) > PROBABILITY_TOLERANCE * leaves)
    if wrong.any():
        s = int(np.argmax(wrong))
        raise InvalidRate(
            f"the diagonal of nature must be 0, or minus the sum of the row; in state {s} it is "
            f"{diagonal[s]:g} and the other rates sum to {leaves[s]:g}"
        )
    moving = ~own & (rates > 0.0)
    order = np.argsort(sources[moving], kind="stable")
    counts = np.bincount(sources[moving], minlength=n_states)
    indptr = np.concatenate([np.zeros(1, np.intp), np.cumsum(counts, dtype=np.intp)])
    result = NatureRates(
        indptr, targets[moving][order].astype(np.intp), rates[moving][order].astype(np.float64)
    )
    read_only(*result)
    return result


def _entries(given: object, n_states: int) -> tuple[IntArray, IntArray, FloatArray]:
    """Return the rows, columns and values of a matrix."""
    shape = getattr(given, "shape", None)
    if hasattr(given, "tocsr"):  # any of SciPy's sparse forms, without SciPy on this floor
        if shape != (n_states, n_states):
            raise InvalidRate(
                f"nature must have a rate for each pair of {n_states} states; got shape {shape}"
            )
        rows = given.tocsr()
        sources = np.repeat(np.arange(n_states, dtype=np.intp), np.diff(rows.indptr))
        return sources, rows.indices.astype(np.intp), np.asarray(rows.data, dtype=np.float64)
    size = 8 * n_states * n_states
    if size > NUMERICS.most_dense_bytes:
        raise SizeLimit(
            f"a dense matrix of nature's rates for {n_states:,} states would take {size:,} bytes; at most "
            f"{NUMERICS.most_dense_bytes:,} are allowed. Give a sparse matrix"
        )
    try:
        dense = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidRate(f"nature must be a matrix of rates, dense or sparse: {no_array(error)}") from None
    if dense.shape != (n_states, n_states):
        raise InvalidRate(
            f"nature must have a rate for each pair of {n_states} states; got shape {dense.shape}"
        )
    sources, targets = np.nonzero(dense)
    return sources, targets, dense[sources, targets]

"""Infinitely repeated games with discounting, under perfect monitoring or with a public signal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import ModuleType
from typing import Any

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import Number, as_fraction, is_exact
from negotiation.errors import InvalidDiscountFactor, InvalidGame, shown
from negotiation.game_theory.games.kinds import expect_kind, own_errors
from negotiation.game_theory.games.monitoring import PublicSignal
from negotiation.game_theory.games.numerics import NUMERICS
from negotiation.game_theory.games.stage import StageGame


@own_errors
@dataclass(frozen=True)
class RepeatedGame(Tabular, Drawable):
    """A stage game that is played infinitely often with discounting.

    Payoffs are average discounted payoffs: the discounted sum times 1 - delta.

    Parameters
    ----------
    stage : StageGame
        The game of each period.
    discount_factor : float, Fraction or sequence of these
        One number in (0, 1) for all players, or one for each. A `Fraction` is kept exactly.
    monitoring : PublicSignal, optional
        The public signal of each period; perfect monitoring by default. With a signal, stage payoffs are
        expected payoffs.

    Raises
    ------
    InvalidDiscountFactor
        If a discount factor is outside (0, 1), or there is neither one number nor one for each player.
    InvalidProbabilities
        If the signal is not defined on the stage game's action profiles.
    InvalidGame
        If `stage` is not a StageGame, or `monitoring` is neither a PublicSignal nor None.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> RepeatedGame(stage, discount_factor=Fraction(3, 4)).discount_factors
    (Fraction(3, 4), Fraction(3, 4))
    """

    _figure = "games:repeated_game_figure"

    stage: StageGame
    discount_factor: Number | Sequence[Number]
    monitoring: PublicSignal | None = None

    def __post_init__(self) -> None:
        expect_kind(self.stage, StageGame, "a repeated game")
        several, given = _is_several(self.discount_factor), self.discount_factor
        object.__setattr__(self, "discount_factor", tuple(given) if several else given)  # type: ignore[arg-type]
        deltas = zip(self.stage.players, self._expanded(), strict=True)
        checked = tuple(check_discount_factor(delta, f"for player {player!r}") for player, delta in deltas)
        object.__setattr__(self, "discount_factor", checked if several else checked[0])
        self._check_monitoring()

    def _check_monitoring(self) -> None:
        signal = self.monitoring
        if signal is None:
            return
        if not isinstance(signal, PublicSignal):
            raise InvalidGame(f"monitoring must be a PublicSignal or None; got {type(signal).__name__}")
        signal.require_profiles_of(self.stage)

    def table(self) -> Table:
        """Return the stage game's table, with discounting and monitoring in its title."""
        patience = ", ".join(str(delta) for delta in dict.fromkeys(self._expanded()))
        seen = "perfect monitoring" if self.monitoring is None else "a public signal"
        stage = self.stage.table()
        return Table(f"{stage.title} repeated at {patience}, {seen}", stage.columns, stage.rows)

    def to_quantecon(self, quantecon: ModuleType) -> object:
        """Return the game as a `RepeatedGame` of QuantEcon.py.

        Parameters
        ----------
        quantecon : module
            The package `quantecon`, or its module `game_theory`.

        Returns
        -------
        quantecon.game_theory.RepeatedGame
            The game with floats, in which players and actions are positions without labels.

        Raises
        ------
        InvalidGame
            If the game has a public signal or its players have different discount factors, which QuantEcon.py
            does not support.
        InvalidDiscountFactor
            If the discount factor is below 1e-100 or rounds to 1.

        Examples
        --------
        >>> stage = StageGame([[[1, 2], [3, 4]]])
        >>> import quantecon                                             # doctest: +SKIP
        >>> RepeatedGame(stage, 0.5).to_quantecon(quantecon).delta       # doctest: +SKIP
        0.5
        """
        if self.monitoring is not None or not self.is_common:
            raise InvalidGame(
                "QuantEcon.py supports only perfect monitoring and one discount factor; pass the "
                "`.stage`, or a game without a public signal and with one number for all"
            )
        theirs: Any = getattr(quantecon, "game_theory", quantecon)
        result: object = theirs.RepeatedGame(self.stage.to_quantecon(theirs), self.float_discount_factors[0])
        return result

    def _expanded(self) -> tuple[Number, ...]:
        if not isinstance(self.discount_factor, tuple):
            return (self.discount_factor,) * self.stage.n_players  # type: ignore[return-value]
        if len(self.discount_factor) != self.stage.n_players:
            raise InvalidDiscountFactor(
                f"expected one discount factor, or one for each of {self.stage.n_players} players; "
                f"got {len(self.discount_factor)}"
            )
        return self.discount_factor

    @property
    def discount_factors(self) -> tuple[Number, ...]:
        """Discount factor of each player, as given."""
        return self._expanded()

    @property
    def exact_discount_factors(self) -> tuple[Fraction, ...]:
        """Discount factor of each player as a `Fraction`."""
        return tuple(as_fraction(delta) for delta in self._expanded())

    @property
    def float_discount_factors(self) -> tuple[float, ...]:
        """Discount factor of each player as a float.

        Raises
        ------
        InvalidDiscountFactor
            If a discount factor is below 1e-100 or rounds to 1.
        """
        return tuple(float_discount_factor(delta) for delta in self._expanded())

    @property
    def is_common(self) -> bool:
        """Whether all players have the same discount factor."""
        return len(set(self._expanded())) == 1

    @property
    def is_rational(self) -> bool:
        """Whether payoffs, discount factors and signal probabilities were given as integers or fractions."""
        exact = self.monitoring is None or self.monitoring.given_probabilities().dtype == object
        return exact and self.stage.is_rational and all(map(is_exact, self._expanded()))


def _is_several(given: object) -> bool:
    """Return whether a discount factor is given for each player."""
    return isinstance(given, Iterable) and not isinstance(given, str) and getattr(given, "ndim", 1) > 0


def check_discount_factor(delta: object, where: str = "") -> Number:
    """Return the discount factor, or raise `InvalidDiscountFactor` if it is not between 0 and 1.

    Examples
    --------
    >>> check_discount_factor(1.2)
    Traceback (most recent call last):
    negotiation.errors.InvalidDiscountFactor: a discount factor must be a number strictly between 0 and 1; ...
    """
    number: Number | None = None
    if isinstance(delta, Fraction) or is_exact(delta):
        number = as_fraction(delta)
    elif not isinstance(delta, str):
        try:
            number = float(delta)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            number = None
    if number is None or not 0 < number < 1:
        place = f" {where}" if where else ""
        raise InvalidDiscountFactor(
            f"a discount factor{place} must be a number strictly between 0 and 1; got {shown(delta)}"
        )
    return number


def float_discount_factor(delta: object) -> float:
    """Return the discount factor as a float, or raise `InvalidDiscountFactor` if it is too near 0 or 1.

    Examples
    --------
    >>> float_discount_factor(Fraction(10**30 - 1, 10**30))
    Traceback (most recent call last):
    negotiation.errors.InvalidDiscountFactor: in floats a discount factor must be at least 1e-100 and ...
    """
    number = float(check_discount_factor(delta))
    if not NUMERICS.least_discount_factor <= number < 1.0:
        raise InvalidDiscountFactor(
            f"in floats a discount factor must be at least {NUMERICS.least_discount_factor:g} and below 1; "
            f"got {delta!r}, which is {number!r} as a float. Choose one further from 0 and 1, or check a "
            "strategy with `verify(..., exact=True)`"
        )
    return number

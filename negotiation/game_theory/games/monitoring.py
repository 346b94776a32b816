"""Public signals: what all players observe of the actions taken.

A signal structure gives each action profile a distribution over finitely many signals. Players observe the
signal and their own action, not the actions of others (Abreu, Pearce and Stacchetti 1990; Fudenberg, Levine
and Maskin 1994). Stage payoffs are expected payoffs. A realised payoff depends only on one's own action and
the signal, so it carries no further information.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import (
    PROBABILITY_TOLERANCE,
    FloatArray,
    NumberArray,
    ObjectArray,
    fraction_array,
    read_only,
)
from negotiation.errors import InvalidProbabilities, UnknownSignal, shown
from negotiation.game_theory.games.kinds import label_texts, no_array, own_errors
from negotiation.game_theory.games.stage import StageGame


@own_errors
@dataclass(frozen=True, eq=False)
class PublicSignal(Tabular):
    """A public signal: a distribution over signals for every action profile.

    Parameters
    ----------
    probabilities : array_like, shape (n_1, ..., n_N, Y)
        `probabilities[a_1, ..., a_N, y]` is the probability of signal y after that profile. Integers and
        `fractions.Fraction` are kept exactly, in addition to their float values.
    signals : sequence of str, optional
        Unique labels of the signals; "0", "1", ... by default.

    Raises
    ------
    InvalidProbabilities
        If the probabilities are not an array of numbers, or have fewer than two axes or an empty one, a
        probability is negative or not finite, a row does not sum to 1, labels repeat, or labels and shape
        disagree.
    InvalidGame
        If `signals` is not a sequence of labels.

    Examples
    --------
    >>> signal = PublicSignal([[[0.9, 0.1], [0.4, 0.6]], [[0.4, 0.6], [0.2, 0.8]]], ("good", "bad"))
    >>> signal.n_signals, signal.n_actions
    (2, (2, 2))
    """

    probabilities: FloatArray
    signals: tuple[str, ...] = ()
    _exact: ObjectArray | None = field(default=None, init=False, repr=False)

    def __init__(self, probabilities: npt.ArrayLike, signals: Iterable[object] = ()) -> None:
        array, exact = probability_arrays(probabilities, "a row gives the probability of each signal")
        if array.ndim < 2:
            raise InvalidProbabilities(
                f"probabilities must have one axis for each player and a last one for the signals, "
                f"(n_1, ..., n_N, Y); got shape {array.shape}"
            )
        labels = label_texts("signal", signals) or tuple(str(y) for y in range(array.shape[-1]))
        if len(labels) != array.shape[-1] or len(set(labels)) != len(labels):
            raise InvalidProbabilities(
                f"expected {array.shape[-1]} different signal labels; got {shown(labels)}"
            )
        object.__setattr__(self, "probabilities", array)
        object.__setattr__(self, "_exact", exact)
        object.__setattr__(self, "signals", labels)

    @classmethod
    def revealing(cls, stage: StageGame) -> PublicSignal:
        """Return the signal that reveals the profile played, as under perfect monitoring.

        Parameters
        ----------
        stage : StageGame
            The game whose action profiles are observed.

        Returns
        -------
        PublicSignal
            One signal for each profile, labelled by the profile's action labels with commas in between.

        Examples
        --------
        >>> stage = StageGame.from_matrices([[1, 0]], [[1, 0]], actions=(("stay",), ("left", "right")))
        >>> PublicSignal.revealing(stage).signals
        ('stay, left', 'stay, right')
        """
        total = int(np.prod(stage.n_actions))
        labels = [", ".join(stage.labels(index)) for index in np.ndindex(stage.n_actions)]
        return cls(np.eye(total, dtype=int).reshape(*stage.n_actions, total), labels)

    @property
    def n_signals(self) -> int:
        """Number of signals Y."""
        return int(self.probabilities.shape[-1])

    @property
    def n_actions(self) -> tuple[int, ...]:
        """Number of actions of each player, (n_1, ..., n_N)."""
        return self.probabilities.shape[:-1]

    def require_profiles_of(self, stage: StageGame) -> None:
        """Check that the signal is defined on the action profiles of a stage game.

        Parameters
        ----------
        stage : StageGame
            The game in which the signal is observed.

        Raises
        ------
        InvalidProbabilities
            If the players' numbers of actions differ between the signal and the stage game.

        Examples
        --------
        >>> PublicSignal([[[1, 0]]]).require_profiles_of(StageGame([[[0, 0], [1, 1]]]))
        Traceback (most recent call last):
        ...
        negotiation.errors.InvalidProbabilities: the signal is defined on (1, 1) actions and the stage game \
        has (1, 2); its probabilities have the shape (n_1, ..., n_N, Y)
        """
        if self.n_actions != stage.n_actions:
            raise InvalidProbabilities(
                f"the signal is defined on {self.n_actions} actions and the stage game has "
                f"{stage.n_actions}; its probabilities have the shape (n_1, ..., n_N, Y)"
            )

    def exact_probabilities(self) -> ObjectArray:
        """Return the probabilities as `Fraction` objects.

        Returns
        -------
        array of Fraction, shape (n_1, ..., n_N, Y)
            Rational probabilities as given; floats at their exact binary values, divided by their sum for
            each profile. The probabilities of each profile sum to exactly 1.

        Examples
        --------
        >>> PublicSignal([[0.1, 0.9]], ("good", "bad")).exact_probabilities().sum()
        Fraction(1, 1)
        """
        if self._exact is not None:
            return self._exact
        exact = fraction_array(self.probabilities)
        normal: ObjectArray = exact / exact.sum(axis=-1, keepdims=True)
        return normal

    def given_probabilities(self) -> NumberArray:
        """Return the probabilities as they were given.

        Returns
        -------
        array, shape (n_1, ..., n_N, Y)
            `Fraction` objects if all probabilities were integers or fractions, otherwise floats.

        Examples
        --------
        >>> from fractions import Fraction
        >>> PublicSignal([[Fraction(1, 3), Fraction(2, 3)]]).given_probabilities()[0, 0]
        Fraction(1, 3)
        """
        return self.probabilities if self._exact is None else self._exact

    def signal_index(self, signal: str) -> int:
        """Return the position of a signal.

        Parameters
        ----------
        signal : str
            Label of the signal.

        Returns
        -------
        int
            Position on the last axis of the probabilities.

        Raises
        ------
        UnknownSignal
            If there is no signal with this label.

        Examples
        --------
        >>> PublicSignal([[0.1, 0.9]], ("good", "bad")).signal_index("bad")
        1
        """
        try:
            return self.signals.index(signal)
        except ValueError:
            raise UnknownSignal(signal, self.signals) from None

    def garbled(self, kernel: npt.ArrayLike, signals: Iterable[object] = ()) -> PublicSignal:
        """Return the signal passed through noise that is the same after every profile.

        Parameters
        ----------
        kernel : array_like, shape (Y, Z)
            `kernel[y, z]` is the probability that signal y is observed as z; rows sum to 1.
        signals : sequence of str, optional
            Labels of the Z new signals; "0", "1", ... by default.

        Returns
        -------
        PublicSignal
            The garbled signal, which is at most as informative as this one (Blackwell 1951).

        Raises
        ------
        InvalidProbabilities
            If the kernel is not an array of numbers with one row for each signal, a row is not a probability
            distribution, or the labels repeat or do not number Z.
        InvalidGame
            If `signals` is not a sequence of labels.

        Examples
        --------
        >>> signal = PublicSignal([[[1, 0], [0, 1]]])
        >>> signal.garbled([[0.9, 0.1], [0.1, 0.9]]).probabilities[0, 0].tolist()
        [0.9, 0.1]
        """
        array, exact = probability_arrays(kernel, "a row of the kernel says what a signal is seen as")
        if array.ndim != 2 or array.shape[0] != self.n_signals:
            raise InvalidProbabilities(
                f"the kernel must have one row for each of {self.n_signals} signals; got shape {array.shape}"
            )
        if exact is not None and self._exact is not None:
            return PublicSignal(self._exact @ exact, signals)
        return PublicSignal(self.probabilities @ array, signals)

    def grouped(self, groups: Mapping[str, Sequence[str]]) -> PublicSignal:
        """Return the coarser signal that shows only the group of each signal.

        Parameters
        ----------
        groups : mapping from str to sequence of str
            The signals in each group, by the label of the group; every signal is in exactly one group.

        Returns
        -------
        PublicSignal
            A signal whose values are the labels of the groups.

        Raises
        ------
        InvalidProbabilities
            If a signal is in no group or in several, or a group names an unknown signal.

        Examples
        --------
        >>> signal = PublicSignal([[[0.5, 0.3, 0.2]]], ("calm", "alarm A", "alarm B"))
        >>> signal.grouped({"calm": ["calm"], "alarm": ["alarm A", "alarm B"]}).probabilities.tolist()
        [[[0.5, 0.5]]]
        """
        named = [label for group in groups.values() for label in group]
        if sorted(named) != sorted(self.signals):
            raise InvalidProbabilities(
                f"each of the signals {shown(self.signals)} must belong to exactly one group; got "
                f"{shown(dict(groups))}"
            )
        # Grouping is a kernel of zeros and ones, so that rational signals stay rational.
        kernel = [[int(label in group) for group in groups.values()] for label in self.signals]
        return self.garbled(kernel, groups)

    def table(self) -> Table:
        """Return a table with one row for each profile: positions of actions, probabilities of signals."""
        columns = (*(f"action {i + 1}" for i in range(len(self.n_actions))), *self.signals)
        rows = tuple(
            (*index, *(float(p) for p in self.probabilities[index])) for index in np.ndindex(self.n_actions)
        )
        return Table("public signal", columns, rows)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PublicSignal):
            return NotImplemented
        return self.signals == other.signals and np.array_equal(self.probabilities, other.probabilities)

    def __hash__(self) -> int:
        return hash((self.signals, self.probabilities.tobytes()))


def probability_arrays(given: npt.ArrayLike, what: str) -> tuple[FloatArray, ObjectArray | None]:
    """Return distributions along the last axis as read-only floats and, if rational, as fractions (or None).

    Examples
    --------
    >>> probability_arrays([[0.5, 0.6]], "a row is a lottery")
    Traceback (most recent call last):
    ...
    negotiation.errors.InvalidProbabilities: a row is a lottery: each row must sum to 1; row (0,) ...
    """
    try:
        source = np.asarray(given)
        if source.dtype.kind not in "biufO":
            raise TypeError(f"its entries are of type {source.dtype.type.__name__}")
        # A copy, which is locked below: the caller's array stays the caller's.
        array = np.array(source, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidProbabilities(
            f"{what}: probabilities must be an array of numbers: {no_array(error)}"
        ) from None
    if array.ndim < 1 or 0 in array.shape:
        raise InvalidProbabilities(
            f"{what}: at least one axis is needed, and no axis may be empty; got shape {array.shape}"
        )
    exact = fraction_array(source) if source.dtype.kind in "iuOb" and np.isfinite(array).all() else None
    _check_rows(array, exact, what)
    read_only(array)
    if exact is not None:
        read_only(exact)
    return array, exact


def _check_rows(array: FloatArray, exact: ObjectArray | None, what: str) -> None:
    bad = np.argwhere(~(np.isfinite(array) & (array >= 0)).all(axis=-1))
    if len(bad):
        where = tuple(int(k) for k in bad[0])
        raise InvalidProbabilities(
            f"{what}: probabilities must be finite and not negative; row {where} is "
            f"{shown(array[where].tolist())}"
        )
    sums = array.sum(axis=-1)
    # Rational rows sum to one exactly; of floats rounding is forgiven.
    off = np.abs(sums - 1) > PROBABILITY_TOLERANCE if exact is None else exact.sum(axis=-1) != 1
    wrong = np.argwhere(off)
    if len(wrong):
        where = tuple(int(k) for k in wrong[0])
        raise InvalidProbabilities(
            f"{what}: each row must sum to 1; row {where} sums to "
            f"{f'{sums[where]:.12g}' if exact is None else exact[where].sum()}: "
            f"{shown(array[where].tolist())}. If its numbers are rounded, divide them by their sum"
        )

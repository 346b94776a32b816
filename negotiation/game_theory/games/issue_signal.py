"""Public signals of issues, derived from how their clauses are kept and observed.

An agency can breach a clause that was meant to be kept (a slip, eps) or keep one that was meant to be
breached (eps'). A vague clause can look broken when it was kept (ambiguity, a) or kept when it was broken
(miss, m). So an alarm follows compliance with probability p = eps (1 - m) + (1 - eps) a, and a breach with
q = (1 - eps') (1 - m) + eps' a. Then q - p = (1 - eps - eps') (1 - a - m): noise reduces the informativeness
of the signal by these factors. This is imperfect public monitoring as in Green and Porter (1984).

Given the actions, the signals of different issues are independent, so a joint signal has the product of the
issues' probabilities and one signal for each combination. A linkage that uses less than the joint signal,
such as whether any issue raised an alarm, uses `signal.grouped`. Cost: profiles of the product game times
joint signals, times the number of issues.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import Number, NumberArray, as_fraction, is_exact
from negotiation.errors import InvalidGame, InvalidProbabilities, SizeLimit, shown
from negotiation.game_theory.games.monitoring import PublicSignal
from negotiation.game_theory.games.numerics import NUMERICS
from negotiation.game_theory.games.product import SEPARATOR
from negotiation.game_theory.games.stage import StageGame

CALM, ALARM = "calm", "alarm"


@dataclass(frozen=True)
class AlarmChances(Tabular):
    """The probability of an alarm after compliance, and after a breach."""

    # Probability p of an alarm when compliance was meant.
    false_alarm: Number
    # Probability q of an alarm when a breach was meant.
    detection: Number

    def table(self) -> Table:
        """Return the two probabilities as one row."""
        row = (float(self.false_alarm), float(self.detection))
        return Table("probability of an alarm", ("after compliance", "after a breach"), (row,))


def alarm_chances(
    slip: Number = 0, ambiguity: Number = 0, miss: Number = 0, failed_breach: Number = 0
) -> AlarmChances:
    """Return the false-alarm and detection probabilities of a clause.

    The parameters are those of `issue_signal`. `InvalidProbabilities` is raised if one is not a probability,
    or `ambiguity` and `miss` sum to 1 or more.

    Examples
    --------
    >>> from fractions import Fraction
    >>> chances = alarm_chances(slip=Fraction(1, 10), ambiguity=Fraction(1, 5))
    >>> chances.false_alarm, chances.detection
    (Fraction(7, 25), Fraction(1, 1))
    """
    given = {"slip": slip, "ambiguity": ambiguity, "miss": miss, "failed_breach": failed_breach}
    exact = all(is_exact(value) for value in given.values())
    for name, value in given.items():
        _check_probability(name, value)
    eps, a, m, failed = (as_fraction(v) if exact else float(v) for v in given.values())
    if not a + m < 1:
        raise InvalidProbabilities(
            "ambiguity and miss must sum to less than 1, since otherwise an alarm does not indicate a "
            f"breach; got {ambiguity} + {miss}"
        )
    return AlarmChances(eps * (1 - m) + (1 - eps) * a, (1 - failed) * (1 - m) + failed * a)


def issue_signal(
    stage: StageGame,
    compliant: Mapping[str, Sequence[str]],
    *,
    slip: Number = 0,
    ambiguity: Number = 0,
    miss: Number = 0,
    failed_breach: Number = 0,
) -> PublicSignal:
    """Return the public signal of one issue.

    The signal shows whether the clause looks kept, but not who broke it.

    Parameters
    ----------
    stage : StageGame
        The stage game of the issue.
    compliant : mapping from player to sequence of actions
        The actions that keep the clause, by player; a player who is not named cannot break the clause.
    slip : float or Fraction, optional
        Probability that a player who means to comply breaches; 0 by default.
    ambiguity : float or Fraction, optional
        Probability that a clause that was kept looks broken; 0 by default.
    miss : float or Fraction, optional
        Probability that a clause that was broken looks kept; 0 by default.
    failed_breach : float or Fraction, optional
        Probability that a player who means to breach complies; 0 by default.

    Returns
    -------
    PublicSignal
        A signal with the values "calm" and "alarm". With eps = `slip`, a = `ambiguity`, m = `miss` and
        eps' = `failed_breach`, an alarm follows with probability p = eps (1 - m) + (1 - eps) a if all players
        comply, and q = (1 - eps') (1 - m) + eps' a otherwise.

    Raises
    ------
    InvalidProbabilities
        If a number is not a probability, or ambiguity and miss sum to 1 or more.
    UnknownPlayer, UnknownAction
        If `compliant` names a player or action that the stage game does not have.
    InvalidGame
        If a player is named without a list of actions.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 players=("A", "B"), actions=(("C", "D"), ("C", "D")))
    >>> signal = issue_signal(stage, {"A": ["C"], "B": ["C"]}, slip=0.1)
    >>> signal.probabilities[..., 1].tolist()
    [[0.1, 1.0], [1.0, 1.0]]
    """
    chances = alarm_chances(slip, ambiguity, miss, failed_breach)
    keeps = _keeping(stage, compliant)
    return _signal(
        stage,
        (CALM, ALARM),
        lambda index: _calm_or_alarm(
            chances.false_alarm if all(k[a] for k, a in zip(keeps, index, strict=True)) else chances.detection
        ),
    )


def _keeping(stage: StageGame, compliant: Mapping[str, Sequence[str]]) -> list[list[bool]]:
    """Return, for each player and own action, whether the action keeps the clause."""
    for player, actions in compliant.items():
        position = stage.player_index(player)
        if isinstance(actions, str) or not len(actions):
            raise InvalidGame(
                f"`compliant` must list at least one action of {player} that keeps the clause; got "
                f"{shown(actions)}"
            )
        for action in actions:
            stage.action_index(position, action)
    return [
        [player not in compliant or action in compliant[player] for action in actions]
        for player, actions in zip(stage.players, stage.actions, strict=True)
    ]


def _signal(
    stage: StageGame, labels: Sequence[str], row: Callable[[Sequence[int]], list[Number]]
) -> PublicSignal:
    rows = [row(index) for index in np.ndindex(stage.n_actions)]
    exact = all(is_exact(entry) for entries in rows for entry in entries)
    table = np.array(rows, dtype=object if exact else np.float64)
    return PublicSignal(table.reshape(*stage.n_actions, len(labels)), labels)


def _calm_or_alarm(chance: Number) -> list[Number]:
    return [1 - chance, chance]


def _check_probability(name: str, value: object) -> None:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if not 0 <= number <= 1:
        raise InvalidProbabilities(f"{name} must be a probability, from 0 to 1; got {shown(value)}")


def independent_signals(*signals: PublicSignal) -> PublicSignal:
    """Return the joint signal of independent issues on the actions of their `product_game`.

    Parameters
    ----------
    *signals : PublicSignal
        The signal of each issue, in the order of the issues in `product_game`. Rational probabilities are
        kept exactly if those of all issues are rational.

    Returns
    -------
    PublicSignal
        The joint signal. Its labels join the issues' signal labels by "|".

    Raises
    ------
    InvalidGame
        If no signal is given, or the signals differ in their number of players.
    InvalidProbabilities
        If joint labels would not be unique.
    SizeLimit
        If the joint signal would have more than 2,000,000 probabilities.

    Examples
    --------
    >>> one = PublicSignal([[[0.9, 0.1]]], ("calm", "alarm"))
    >>> both = independent_signals(one, one)
    >>> both.signals
    ('calm|calm', 'calm|alarm', 'alarm|calm', 'alarm|alarm')
    >>> [round(p, 12) for p in both.probabilities[0, 0].tolist()]
    [0.81, 0.09, 0.09, 0.01]
    """
    players = _common_players(signals)
    _check_size(signals)
    chances = _given(signals)
    joint = chances[0]
    for other in chances[1:]:
        joint = _side_by_side(joint, other, players)
        joint = joint.reshape(*joint.shape[:players], -1)
    labels = [SEPARATOR.join(parts) for parts in product(*(signal.signals for signal in signals))]
    return PublicSignal(joint, labels)


def _given(signals: Sequence[PublicSignal]) -> list[NumberArray]:
    """Return the issues' probabilities, all exact or all floats."""
    given = [signal.given_probabilities() for signal in signals]
    if all(array.dtype == object for array in given):
        return given
    return [signal.probabilities for signal in signals]


def _common_players(signals: Sequence[PublicSignal]) -> int:
    counts = {len(signal.n_actions) for signal in signals}
    if len(counts) != 1:
        raise InvalidGame(
            "expected one signal for each issue, at least one, all with the same number of players; got "
            f"{len(signals)}, with {sorted(counts)} players"
        )
    return counts.pop()


def _check_size(signals: Sequence[PublicSignal]) -> None:
    n_signals = prod(signal.n_signals for signal in signals)
    profiles = prod(prod(signal.n_actions) for signal in signals)
    if profiles * n_signals > NUMERICS.most_product_entries:
        raise SizeLimit(
            f"{len(signals)} issues have {profiles:,} joint profiles, and {n_signals:,} signals make "
            f"{profiles * n_signals:,} probabilities; at most {NUMERICS.most_product_entries:,} "
            "are allowed. Take fewer issues or actions, or group the signals of an issue, `signal.grouped`"
        )


def _side_by_side(first: NumberArray, second: NumberArray, players: int) -> NumberArray:
    """Return products of probabilities: the two issues' actions of a player merged, both signal axes kept."""
    wide = first.reshape(*(k for size in first.shape[:players] for k in (size, 1)), first.shape[-1], 1)
    deep = second.reshape(*(k for size in second.shape[:players] for k in (1, size)), 1, second.shape[-1])
    sizes = [a * b for a, b in zip(first.shape[:players], second.shape[:players], strict=True)]
    joint: NumberArray = (wide * deep).reshape(*sizes, first.shape[-1], second.shape[-1])
    return joint

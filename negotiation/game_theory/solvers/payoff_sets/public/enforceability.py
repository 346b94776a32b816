"""Action profiles that payments after a public signal can enforce, and deviations that they cannot deter.

Unlimited continuation payments x_i(y) deter player i from every other action at a profile unless a mixed
action of the player gives every signal the same probability and a higher stage payoff: by the theorem of the
alternative exactly one of these is the case (Fudenberg, Levine and Maskin 1994, section 4). Players do not
interfere with each other, because each has separate payments. Both cases are small linear programs, solved by
HiGHS. One finds the largest gain from a mimicking deviation. The other finds the payments with the least
difference between the largest and the smallest, which is delta / (1 - delta) times the least difference of
continuation payoffs. Any number of players. Cost: two programs for each profile and player.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, read_only
from negotiation.base.status import Status
from negotiation.game_theory.games import Profile, PublicSignal, StageGame, own_units
from negotiation.game_theory.games.capabilities import FOR_PROGRAMS, Takes
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.linear_programs import SmallProgram
from negotiation.game_theory.solvers.payoff_sets.public.numerics import NUMERICS


@dataclass(frozen=True)
class Mimicry:
    """A deviation that gives the same signals as the prescribed action and a higher stage payoff.

    Parameters
    ----------
    player : str
        Label of the player who deviates.
    probabilities : dict of str to float
        Probability of each action in the deviation, which may be mixed.
    gain : float
        Gain in the stage game over the prescribed action, in payoffs.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> blind = ng.PublicSignal([[[1.0], [1.0]], [[1.0], [1.0]]], ("nothing",))
    >>> found = ng.enforceability(stage, blind).mimicry(("C", "C"))[0]
    >>> found.player, found.probabilities, round(found.gain, 6)
    ('0', {'D': 1.0}, 1.0)
    """

    player: str
    probabilities: dict[str, float]
    gain: float

    def __str__(self) -> str:
        mix = " + ".join(f"{share:.4g} {action}" for action, share in self.probabilities.items())
        return f"{self.player}: {mix} gains {self.gain:.6g} unseen"


@dataclass(frozen=True, eq=False)
class Enforceability(Tabular):
    """The action profiles that a public signal can enforce.

    Parameters
    ----------
    stage : StageGame
        The stage game.
    signal : PublicSignal
        The public signal.
    enforceable : array of bool, shape (A,)
        Whether some payments deter every deviation from each profile, in row-major order.
    payments : array, shape (A, N, Y)
        Payments that deter each player's deviations from each profile, by player and signal, in stage
        payoffs. The smallest is zero and the spread is least. NaN if no payments deter the player.
    spreads : array, shape (A, N)
        Largest payment of each player: the least difference of the player's continuation payoffs that
        enforces the profile, times delta / (1 - delta). Infinite if no payments enforce it.
    mimicries : tuple of tuples of Mimicry
        For each profile, the deviations that no payments deter; empty if the profile is enforceable.
    status : {"complete", "partial"}
        `partial` if some payments could not be computed; these are then NaN.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> seen = [[[0.9, 0.1], [0.5, 0.5]], [[0.5, 0.5], [0.2, 0.8]]]
    >>> signal = ng.PublicSignal(seen, ("good", "bad"))
    >>> print(ng.enforceability(stage, signal))
    what the signal can enforce
    profile  enforceable  spread 0  spread 1  unseen deviation
    C, C     yes               2.5       2.5
    C, D     yes           6.66667         0
    D, C     yes                 0   6.66667
    D, D     yes                 0         0
    """

    stage: StageGame
    signal: PublicSignal
    enforceable: np.ndarray[tuple[int], np.dtype[np.bool_]]
    payments: FloatArray
    spreads: FloatArray
    mimicries: tuple[tuple[Mimicry, ...], ...]
    status: Status = "complete"

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """Profiles that the signal can enforce."""
        every = np.ndindex(self.stage.n_actions)
        return tuple(self.stage.labels(a) for a, can in zip(every, self.enforceable, strict=True) if can)

    def payment(self, profile: Sequence[str], player: str, signal: str) -> float:
        """Return a player's payment after a signal.

        Parameters
        ----------
        profile : sequence of str
            One action label for each player.
        player : str
            Label of the player who receives the payment.
        signal : str
            Label of the signal.

        Returns
        -------
        float
            The payment in stage payoffs; NaN if no payments deter the player's deviations from the profile.

        Raises
        ------
        UnknownPlayer, UnknownAction, UnknownSignal
            If there is no such player, action or signal.
        InvalidGame
            If the profile does not have one action for each player.

        Examples
        --------
        >>> import negotiation as ng
        >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
        >>> seen = [[[0.9, 0.1], [0.5, 0.5]], [[0.5, 0.5], [0.2, 0.8]]]
        >>> signal = ng.PublicSignal(seen, ("good", "bad"))
        >>> found = ng.enforceability(stage, signal)
        >>> round(found.payment(("C", "C"), "0", "good") - found.payment(("C", "C"), "0", "bad"), 6)
        2.5
        """
        i, y = self.stage.player_index(player), self.signal.signal_index(signal)
        return float(self.payments[self._position(profile), i, y])

    def mimicry(self, profile: Sequence[str]) -> tuple[Mimicry, ...]:
        """Return the deviations from a profile that no payments deter.

        Parameters
        ----------
        profile : sequence of str
            The prescribed profile: one action label for each player.

        Returns
        -------
        tuple of Mimicry
            The deviations; empty if the profile is enforceable.

        Raises
        ------
        UnknownAction
            If a player has no action with that label.
        InvalidGame
            If the profile does not have one action for each player.

        Examples
        --------
        >>> import negotiation as ng
        >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
        >>> blind = ng.PublicSignal([[[1.0], [1.0]], [[1.0], [1.0]]], ("nothing",))
        >>> print(ng.enforceability(stage, blind).mimicry(("C", "C"))[0])
        0: 1 D gains 1 unseen
        """
        return self.mimicries[self._position(profile)]

    def _position(self, profile: Sequence[str]) -> int:
        return int(np.ravel_multi_index(self.stage.profile_index(profile), self.stage.n_actions))

    def table(self) -> Table:
        """Return a table with one row for each profile: whether it is enforceable, and the spreads."""
        players = self.stage.players
        rows = tuple(
            (
                ", ".join(self.stage.labels(index)),
                bool(self.enforceable[a]),
                *(float(spread) for spread in self.spreads[a]),
                "; ".join(str(each) for each in self.mimicries[a]),
            )
            for a, index in enumerate(np.ndindex(self.stage.n_actions))
        )
        columns = ("profile", "enforceable", *(f"spread {player}" for player in players), "unseen deviation")
        return Table("what the signal can enforce", columns, rows)


@Takes("enforceability", (StageGame,), profiles=FOR_PROGRAMS, questions=("signals",))
def enforceability(stage: StageGame, signal: PublicSignal) -> Enforceability:
    """Return the action profiles that payments after a public signal can enforce.

    Payments may have any size.

    Parameters
    ----------
    stage : StageGame
        The game, with any number of players and expected payoffs.
    signal : PublicSignal
        The public signal, defined on the game's action profiles.

    Returns
    -------
    Enforceability
        The enforceable profiles as `.profiles`, their payments, and the deviations that prevent others from
        being enforced.

    Raises
    ------
    InvalidGame
        If `stage` is no `StageGame` or `signal` no `PublicSignal`.
    InvalidProbabilities
        If the signal is not defined on the stage game's profiles.
    SizeLimit
        If the game has more than 200,000 action profiles.

    Notes
    -----
    Fudenberg, D., Levine, D., and Maskin, E. (1994), "The folk theorem with imperfect public information",
    Econometrica 62(5), section 4.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[2, -1], [3, 0]], [[2, 3], [-1, 0]],
    ...                                 players=("A", "B"), actions=(("C", "D"), ("C", "D")))
    >>> signal = PublicSignal([[[0.9, 0.1], [0.2, 0.8]], [[0.2, 0.8], [0.1, 0.9]]], ("good", "bad"))
    >>> found = enforceability(stage, signal)
    >>> round(found.payment(("C", "C"), "A", "good"), 6)
    1.428571
    >>> blind = PublicSignal([[[1.0], [1.0]], [[1.0], [1.0]]])
    >>> enforceability(stage, blind).profiles
    (('D', 'D'),)
    """
    expect_kind(signal, PublicSignal, "enforceability")
    signal.require_profiles_of(stage)
    total, n = int(np.prod(stage.n_actions)), stage.n_players
    payments = np.full((total, n, signal.n_signals), np.nan)
    spreads = np.full((total, n), np.inf)
    mimicries: list[tuple[Mimicry, ...]] = []
    unsettled = False
    for a, index in enumerate(np.ndindex(stage.n_actions)):
        result: list[Mimicry] = []
        for i in range(n):
            falls, gains, scale = deviations(stage, signal, index, i)
            gain, mixture = mimicking_gain(falls, gains)
            # Either a mixture of other actions looks like the prescribed one and gains, and then no payments
            # deter it, or payments do: never both. The second program is asked for only where the first says
            # that it has an answer.
            if gain > 0.0:
                result.append(_named(stage, index, i, mixture, gain * scale))
                continue
            paid = least_payments(falls, gains)
            if paid is None:
                unsettled = True
            else:
                payments[a, i] = paid * scale
                spreads[a, i] = float(paid.max(initial=0.0)) * scale
        mimicries.append(tuple(result))
    enforceable = np.array([not result for result in mimicries])
    read_only(payments, spreads, enforceable)
    status: Status = "partial" if unsettled else "complete"
    return Enforceability(stage, signal, enforceable, payments, spreads, tuple(mimicries), status)


def deviations(
    stage: StageGame, signal: PublicSignal, index: Sequence[int], player: int
) -> tuple[FloatArray, FloatArray, float]:
    """Return how much each action lowers the signals' probabilities, its gain, and the scale of payoffs.

    Returns shapes (n_i, Y) and (n_i,), and a float.
    """
    # Rows are the player's own actions against what the others are prescribed.
    others = (*index[:player], *index[player + 1 :])
    measured = own_units(stage)
    scale = measured.ranges()[player]
    own = np.moveaxis(measured.payoffs[0][..., player], player, -1)[others]
    chances = np.moveaxis(signal.probabilities, player, -2)[others]
    # What an action takes from each signal's probability, so that (falls x)_a is what payments x lose by it:
    # they deter the action if that is at least its gain.
    return chances[index[player]] - chances, (own - own[index[player]]) / scale, scale


def mimicking_gain(falls: FloatArray, gains: FloatArray) -> tuple[float, FloatArray]:
    """Return the gain and the weights of the best mixture of deviations that changes no probability.

    Shapes: `falls` (m, Y), `gains` (m,); returns (m,).

    Examples
    --------
    >>> mimicking_gain(np.array([[0.5, -0.5], [-0.5, 0.5]]), np.array([1.0, 0.0]))
    (0.5, array([0.5, 0.5]))
    """
    m = len(gains)
    if m == 0 or gains.max() <= NUMERICS.unseen_gain:
        return 0.0, np.zeros(m)
    # Weights w >= 0 of the deviations, sum at most 1: what is left is the prescribed action. The mixture
    # looks the same where no signal becomes likelier or less likely, sum_a w_a falls_ay = 0 for every y.
    program = SmallProgram(np.vstack([falls.T, np.ones(m)]))
    program.set_low(np.zeros(m))
    level = np.zeros(falls.shape[1] + 1)
    level[-1] = 1.0
    program.set_rows(np.r_[level[:-1], -np.inf], level)
    best = program.maximum(gains)
    if best is None or best[0] <= NUMERICS.unseen_gain:
        return 0.0, np.zeros(m)
    return best


def least_payments(falls: FloatArray, gains: FloatArray) -> FloatArray | None:
    """Return payments that deter every deviation, or None if none are found.

    The smallest payment is zero, and the largest is as small as possible.

    Examples
    --------
    >>> least_payments(np.array([[0.0, 0.0], [0.7, -0.7]]), np.array([0.0, 1.4])).tolist()
    [2.0, 0.0]
    """
    n_signals = falls.shape[1]
    # Unknowns are payments x(y) >= 0 and their largest, t: t - x(y) >= 0 for each signal and falls x >=
    # gains, with the least t. That the smallest is 0 loses nothing, as a constant added to all payments
    # deters no more.
    below = np.hstack([-np.eye(n_signals), np.ones((n_signals, 1))])
    program = SmallProgram(np.vstack([np.hstack([falls, np.zeros((len(gains), 1))]), below]))
    program.set_low(np.zeros(n_signals + 1))
    low = np.r_[gains, np.zeros(n_signals)]
    # What a signal cannot show is no more than the gain that is none.
    low[: len(gains)][(np.abs(falls).max(axis=1) == 0.0) & (gains <= NUMERICS.unseen_gain)] = -np.inf
    program.set_rows(low, np.full(len(low), np.inf))
    objective = np.zeros(n_signals + 1)
    objective[-1] = -1.0
    best = program.maximum(objective)
    return None if best is None or not np.isfinite(best[0]) else np.maximum(best[1][:-1], 0.0)


def _named(stage: StageGame, index: Sequence[int], player: int, mixture: FloatArray, gain: float) -> Mimicry:
    shares = mixture.copy()
    # The rest is the prescribed action itself.
    shares[index[player]] += max(0.0, 1.0 - shares.sum())
    labels = stage.actions[player]
    used = {labels[k]: float(share) for k, share in enumerate(shares) if share > NUMERICS.unseen_gain}
    return Mimicry(stage.players[player], used, gain)

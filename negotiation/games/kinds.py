"""What kind of game a function takes, and what to do with one of another kind."""

from __future__ import annotations

from negotiation.errors import InvalidGame

HELP = {
    ("StageGame", "RepeatedGame"): "take its `.stage`",
    ("StageGame", "StochasticGame"): "take the stage game of one state, `game.stage(state)`",
    ("RepeatedGame", "StageGame"): "make one, `RepeatedGame(stage, discount_factor)`",
    ("StochasticGame", "StageGame"): "make one, `StochasticGame.from_stages({state: stage, ...}, ...)`",
    (
        "StochasticGame",
        "RepeatedGame",
    ): "make one, `StochasticGame.from_stages({state: game.stage, ...}, ...)`",
}
"""By the kind that is wanted and the kind that came."""


def expect_kind(given: object, kind: type, use: str, instead: str = "") -> None:
    """Refuse what is not of a kind.

    Parameters
    ----------
    given : object
        What came.
    kind : type
        The class that is wanted.
    use : str
        What it is wanted for, to begin the message with.
    instead : str, optional
        What to do with a stochastic game.

    Raises
    ------
    InvalidGame
        If it is of another kind; the message says what to do.

    Examples
    --------
    >>> from negotiation.games.repeated import RepeatedGame
    >>> expect_kind(3, RepeatedGame, "a payoff set")
    Traceback (most recent call last):
    ...
    negotiation.errors.InvalidGame: a payoff set needs a RepeatedGame; got int
    """
    if isinstance(given, kind):
        return
    came = type(given).__name__
    advice = HELP.get((kind.__name__, came), "")
    if instead and came == "StochasticGame":
        advice = f"{advice}, or {instead}" if advice else instead
    raise InvalidGame(f"{use} needs a {kind.__name__}; got {came}" + (f": {advice}" if advice else ""))

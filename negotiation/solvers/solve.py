"""The entry point `solve`: Nash equilibria by a named method, or by the one that fits the game.

A method is a module of this package with a `NashMethod` called `METHOD` whose name is the module's. Adding
a file adds a method; nothing is listed by hand.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from negotiation.errors import InvalidGame, UnknownMethod
from negotiation.games import StageGame
from negotiation.solvers.nash_solution import NashMethod, NashSolution


def solve(stage: StageGame, *, method: str = "auto") -> NashSolution:
    """Return the Nash equilibria of a stage game.

    Parameters
    ----------
    stage : StageGame
        The game.
    method : str, optional
        A name from `nash_methods()`, or "auto": all extreme equilibria for two players, the pure ones
        (status `partial`) for more.

    Returns
    -------
    NashSolution
        Equilibria that have each passed the independent check; `status` says whether they are proven to be
        all.

    Raises
    ------
    UnknownMethod
        If there is no such method.
    InvalidGame
        If the method does not take this number of players.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> solve(stage).only().payoffs.tolist()
    [0.0, 0.0]
    """
    if method == "auto":
        return _automatic(stage)
    chosen = nash_methods().get(method)
    if chosen is None:
        raise UnknownMethod(method, ["auto", *nash_methods()])
    if chosen.players is not None and chosen.players != stage.n_players:
        raise InvalidGame(
            f"{method} takes {chosen.players} players; the game has {stage.n_players}. "
            "pure_equilibria takes any number"
        )
    return chosen.run(stage)


def _automatic(stage: StageGame) -> NashSolution:
    if stage.n_players == 2:
        return nash_methods()["nashpy_vertex_enumeration"].run(stage)
    pure = nash_methods()["pure_equilibria"].run(stage)
    return NashSolution(pure.equilibria, "partial", pure.method, pure.reason, pure.tolerance)


@cache
def nash_methods() -> dict[str, NashMethod]:
    """Return the methods of `solve` by name, found in this package.

    Examples
    --------
    >>> "pure_equilibria" in nash_methods()
    True
    """
    found: dict[str, NashMethod] = {}
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        module = import_module(f"{__package__}.{path.stem}")
        method = getattr(module, "METHOD", None)
        if isinstance(method, NashMethod):
            found[method.name] = method
    return found

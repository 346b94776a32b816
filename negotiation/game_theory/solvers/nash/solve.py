"""The entry point `solve`: Nash equilibria by a named method, or by a method that suits the game.

The methods are the `NashMethod` objects in the modules of this package. They are found automatically, so
adding a file adds a method.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from negotiation.base.progress import stop_time
from negotiation.errors import InvalidGame, UnknownMethod
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.solvers.nash.exact_supports import certified
from negotiation.game_theory.solvers.nash.solution import NashMethod, NashSolution


@Takes("a Nash equilibrium", (StageGame,), questions=("equilibria",))
def solve(
    stage: StageGame, method: str = "auto", *, exact: bool = False, deadline: float | None = None
) -> NashSolution:
    """Return the Nash equilibria of a stage game.

    Parameters
    ----------
    stage : StageGame
        The game, with any number of players if `method` is "auto".
    method : str, optional
        Name of the method. The default, "auto", is "vertex_enumeration" for two players, which finds all
        extreme equilibria, and "support_polynomials" for any other number, which finds all equilibria. An
        unknown name raises an error that lists all methods.
    exact : bool, optional
        Whether every equilibrium must pass `verify(..., exact=True)`, with floats at their exact binary
        values; False by default. Each equilibrium then has its strategies in rational numbers, as `.exact`,
        or rational bounds on irrational probabilities, as `.bounds`.
    deadline : float, optional
        Seconds after which the search stops with the equilibria found so far; no limit by default. It is
        ignored by the methods "pure_equilibria", which is fast, and "nashpy_vertex_enumeration", which cannot
        be stopped.

    Returns
    -------
    NashSolution
        The equilibria, each of which has passed the independent check. `.status` says whether it is proven
        that these are all equilibria of the kind that the method looks for.

    Raises
    ------
    UnknownMethod
        If there is no such method.
    InvalidGame
        If `stage` is not a StageGame, or the method does not accept its number of players.
    InvalidNumber
        If the deadline is not a positive number of seconds.

    Notes
    -----
    Unless `exact` is True, float payoffs of a player within 1e-12 of each other, relative to the player's
    payoff range, count as equal. The methods "vertex_enumeration", "lemke_howson" and "support_polynomials"
    read floats as nearby fractions with small denominators. Integers and `Fraction` objects are used
    unchanged.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> solve(stage).only().payoffs.tolist()
    [0.0, 0.0]
    >>> solve(stage, exact=True).only().exact[0]
    (Fraction(1, 2), Fraction(1, 2))
    """
    stop_time(deadline)  # refuses what is no deadline
    if method == "auto":
        method = "vertex_enumeration" if stage.n_players == 2 else "support_polynomials"
    UnknownMethod.unless_in(method, ["auto", *nash_methods()])
    named = nash_methods()[method]
    if named.players is not None and named.players != stage.n_players:
        raise InvalidGame(
            f"method {method!r} is for {named.players} players; the game has {stage.n_players}. Use "
            "'support_polynomials' or 'pure_equilibria', which are for any number"
        )
    return _run(named, stage, exact, deadline)


def _run(method: NashMethod, stage: StageGame, exact: bool, deadline: float | None) -> NashSolution:
    """Run a method with the options that it takes; with `exact`, certify its result if it cannot do so."""
    given: dict[str, object] = {"exact": exact, "deadline": deadline}
    solution = method.run(stage, **{name: given[name] for name in sorted(method.options)})
    return certified(stage, solution) if exact and "exact" not in method.options else solution


@cache
def nash_methods() -> dict[str, NashMethod]:
    """Return the methods of `solve` by name, found in this package.

    Examples
    --------
    >>> "pure_equilibria" in nash_methods()
    True
    """
    modules = [
        import_module(f"{__package__}.{path.stem}") for path in Path(__file__).parent.glob("[a-z]*.py")
    ]
    methods = [
        result for module in modules for result in vars(module).values() if isinstance(result, NashMethod)
    ]
    return {method.name: method for method in sorted(methods, key=lambda method: method.name)}

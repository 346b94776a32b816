"""The work of `solve` and `verify`: find Nash equilibria, and check profiles from any source."""

from __future__ import annotations

from pathlib import Path

from negotiation.base.labelled.numbers import records
from negotiation.errors import InvalidGame
from negotiation.game_theory.certificates.saving import load
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.others import as_game, read_profiles
from negotiation.game_theory.solvers.nash.solve import solve
from negotiation.report.commands.declared import SolveOptions, VerifyOptions
from negotiation.report.commands.output import Bar, Output
from negotiation.report.commands.typed import NOT_DONE, dispute


def run_solve(output: Output, options: SolveOptions) -> None:
    """Solve a game from a file, or a scenario's posture game, and print its equilibria."""
    with Bar("solving"):
        stage = _game(options)
        solution = solve(stage, method=options.method, exact=options.exact)
    count = "1 equilibrium" if len(solution) == 1 else f"{len(solution)} equilibria"
    whole = "no other of its kind" if solution.status == "complete" else "others may exist"
    output.say(f"{count}, verified (largest regret {solution.max_regret:.2g}); {whole}.")
    output.table(solution.table())
    output.document(
        {
            "status": solution.status,
            "reason": solution.reason,
            "largest_regret": float(solution.max_regret),
            "equilibria": solution.table(),
        }
    )


def read_game(path: Path) -> object:
    """Return the game of a file: one that was saved (.json), or one of a table or of Gambit."""
    return load(path) if path.suffix == ".json" else as_game(path)


def _game(options: SolveOptions) -> StageGame:
    if options.game is None:
        from negotiation.disputes import load_scenario

        return load_scenario(dispute(options.scenario)).stage_game(options.size)
    game = read_game(options.game)
    if not isinstance(game, StageGame):
        raise InvalidGame(f"{options.game}: expected a game that is played once; got a {type(game).__name__}")
    return game


# Characters of a margin that is printed as a fraction; the document has it in full.
LONGEST_MARGIN = 40


def run_verify(output: Output, options: VerifyOptions) -> int:
    """Check the profiles of a file in a game of a file, and return 0 if all are equilibria."""
    stage = read_game(options.game)
    if not isinstance(stage, StageGame):
        raise InvalidGame(f"{options.game}: expected a game that is played once")
    profiles = read_profiles(options.profile, stage)
    verdicts = [verify(stage, profile, exact=True) for profile in profiles]
    for k, verdict in enumerate(verdicts, 1):
        sentence, margin = verdict.explain(), str(verdict.margin)
        exactly = f" That is {margin}, exactly." if "/" in margin and len(margin) <= LONGEST_MARGIN else ""
        which = f"profile {k}: {sentence[0].lower()}{sentence[1:]}" if len(verdicts) > 1 else sentence
        output.say(which + exactly)
    output.document([record for verdict in verdicts for record in records(verdict.table())])
    return 0 if all(verdict.holds for verdict in verdicts) else NOT_DONE

"""The commands `solve` and `verify`: find Nash equilibria, and check profiles from any source."""

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
        if options.game is None:
            from negotiation.disputes import load_scenario

            stage = load_scenario(dispute(options.scenario)).stage_game(options.size)
        else:
            stage = _played_once(options.game)
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
    """Return the game of a file: a saved game (.json), a table (.csv) or a file of Gambit (.nfg)."""
    return load(path) if path.suffix == ".json" else as_game(path)


def _played_once(path: Path) -> StageGame:
    game = read_game(path)
    if not isinstance(game, StageGame):
        raise InvalidGame(
            f"{path}: this is a {type(game).__name__}; expected a game that is played once. Give its file"
        )
    return game


# Longest margin that is printed as a fraction, in characters; the document has it in full.
LONGEST_MARGIN = 40


def run_verify(output: Output, options: VerifyOptions) -> int:
    """Check whether the profiles of a file are equilibria of a game; return 0 if all are."""
    stage = _played_once(options.game)
    profiles = read_profiles(options.profile, stage)
    verdicts = [verify(stage, profile, exact=True) for profile in profiles]
    for k, verdict in enumerate(verdicts, 1):
        sentence, margin = verdict.explain(), str(verdict.margin)
        exactly = f" That is {margin}, exactly." if "/" in margin and len(margin) <= LONGEST_MARGIN else ""
        which = f"profile {k}: {sentence[0].lower()}{sentence[1:]}" if len(verdicts) > 1 else sentence
        output.say(which + exactly)
    output.document([record for verdict in verdicts for record in records(verdict.table())])
    return 0 if all(verdict.holds for verdict in verdicts) else NOT_DONE

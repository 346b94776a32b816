"""What the command `verify` does: each profile of a file checked in exact arithmetic, whoever found it."""

from __future__ import annotations

from pathlib import Path

from negotiation.base.labelled.numbers import records
from negotiation.errors import InvalidGame
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.others import read_profiles
from negotiation.report.commands.output import Output
from negotiation.report.commands.solve import read_game

# Characters of a margin that is printed as a fraction; the document has it in full.
LONGEST_MARGIN = 40


def run_verify(output: Output, game: Path, profiles: Path) -> bool:
    """Check the profiles of a file in a game of a file, and return whether all are equilibria."""
    stage = read_game(game)
    if not isinstance(stage, StageGame):
        raise InvalidGame(f"{game}: a game that is played once is needed")
    verdicts = [verify(stage, profile, exact=True) for profile in read_profiles(profiles, stage)]
    for k, found in enumerate(verdicts, 1):
        sentence, margin = found.explain(), str(found.margin)
        exactly = f" That is {margin}, exactly." if "/" in margin and len(margin) <= LONGEST_MARGIN else ""
        which = f"profile {k}: {sentence[0].lower()}{sentence[1:]}" if len(verdicts) > 1 else sentence
        output.say(which + exactly)
    output.document([record for found in verdicts for record in records(found.table())])
    return all(found.holds for found in verdicts)

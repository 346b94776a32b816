"""The command `play`: let a person play one side of a truce, or run the bench of agents."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic import Field

from negotiation.agents.matches import Board, Match, Rounds, match
from negotiation.agents.thirty_matches import bench
from negotiation.base.reading.models import FileModel, model_of
from negotiation.base.reading.plain_values import json_values
from negotiation.base.reading.text import file_text
from negotiation.base.reading.writing import whole
from negotiation.disputes.posture import posture_from_label
from negotiation.errors import InvalidFile, InvalidOptions, shown
from negotiation.game_theory.games.numerics import NUMERICS
from negotiation.game_theory.solvers.best_response.regret import regret
from negotiation.report.commands.declared import PlayOptions
from negotiation.report.commands.output import Bar, Output
from negotiation.report.commands.typed import agreement_named
from negotiation.report.files import write_figure, write_text


class SavedRound(FileModel):
    """A round of a saved play: the state, and the action of the person."""

    state: str
    action: str


class SavedPlay(FileModel):
    """A saved play: the match, and the rounds in order."""

    kind: Literal["negotiation play"] = "negotiation play"
    agreement: str = Field(pattern=r"^[\w-]+$")
    side: str
    theory: str | None
    seed: int = Field(ge=0)
    rounds: list[SavedRound] = Field(min_length=1)


def _run_bench(output: Output, out: Path) -> None:
    """Run the bench of agents, print the table of scores and write it."""
    with Bar("playing thirty matches, plain and disguised (some minutes)") as report:
        scores = bench(report=report)
    output.table(scores.table())
    with whole(out / "bench.csv") as part:
        scores.to_pandas().to_csv(part, index=False)
    output.document(json.loads(scores.to_json()))
    output.path(f"written: {out / 'bench.csv'}")


def run_play(output: Output, options: PlayOptions) -> None:
    """Let a person play, repeat a saved play, or run the bench, and print the regret or the scores."""
    if options.bench:
        _run_bench(output, options.out)
        return
    named, again = options.agreement and agreement_named(options.agreement), options.again
    saved = None if again is None else _read(again)
    start = saved or replace(options, agreement=named)
    if start.agreement is None:
        raise InvalidOptions(
            "no truce is named; name one, as in `negotiation play busan --as CHN`, or use --again or --bench"
        )
    played = match(start.agreement, start.side, theory=start.theory)
    table, done = Rounds(Board(played), start.seed), list[SavedRound]()
    try:
        for k in range(options.rounds if saved is None else len(saved.rounds)):
            action = _asked(output, played, table) if saved is None else saved.rounds[k].action
            there = table.state if saved is None else saved.rounds[k].state
            if there != table.state:
                raise InvalidFile(
                    f"{again}: rounds: round {k + 1} was saved in the state {shown(there)}, but the play "
                    f"leads to {table.state!r}. The file was changed, or another version saved it; start a "
                    "new play"
                )
            played.facing.row(table.at, action)
            done.append(SavedRound(state=table.state, action=action))
            profile = [table.prescribed(i) for i in range(len(played.players))]
            profile[played.seat] = action
            table.play(tuple(profile))
    except (EOFError, KeyboardInterrupt):
        output.say(f"\nYou left; {'what you played is scored and saved' if done else 'nothing was played'}.")
    if done:
        play = SavedPlay(
            agreement=start.agreement, side=played.facing.player, theory=start.theory, seed=start.seed,
            rounds=done,
        )  # fmt: skip
        _shown(output, played, play, options.out, write=saved is None)


def _asked(output: Output, played: Match, table: Rounds) -> str:
    """Print the state of a round and some moves, and return the action that the person chooses."""
    actions, prescribed = played.facing.actions[0], table.prescribed(played.seat)
    now = posture_from_label(prescribed)
    flows = dict(zip(actions, played.facing.flows[table.at], strict=True))
    changes = {a: {n: x for n, x in posture_from_label(a).items() if now[n] != x} for a in actions}
    choices = [prescribed, *(action for action in actions if len(changes[action]) == 1)]
    output.heading(f"round {table.round + 1}")
    output.say(table.text(played.seat))
    output.say("What a move pays this period, against the agreement's, in billions of dollars a year:")
    for k, action in enumerate(choices):
        changed = ", ".join(f"{name} {level}" for name, level in changes[action].items())
        gain = float(flows[action] - flows[prescribed]) * (played.facing.usd_bn or 1.0)
        output.say(f"  {k:>2}  {gain:+9.3f}  {changed or 'as the agreement has it'}")
    while True:
        typed = input("Your move (numbers to combine, Enter for 0): ").split()
        if all(word.isdigit() and int(word) < len(choices) for word in typed):
            levels = dict(now)
            for word in typed:
                levels |= changes[choices[int(word)]]
            return " ".join(f"{name}={level}" for name, level in levels.items())
        output.say(f"Type numbers from 0 to {len(choices) - 1}, with spaces between them.")


def _shown(output: Output, played: Match, play: SavedPlay, out: Path, *, write: bool) -> None:
    """Print the regret of the play and its costliest rounds, write a figure, and save the play if `write`."""
    document, unit = play.model_dump(), played.facing.usd_bn or 1.0
    scored = regret([{"play": 0, **row} for row in document["rounds"]], played.facing)
    output.heading("what you gave away")
    output.say(
        f"By {len(play.rounds)} rounds {play.side} gave away {float(scored.value):.4f} percent of GDP, "
        f"{float(scored.value) * unit:.2f} billion dollars a year "
        "on average over all years to come, if it plays best from here on."
    )
    costs = sorted(enumerate(scored.rounds), key=lambda row: -row[1])
    for k, cost in costs[:3]:
        if cost > 0:
            row = play.rounds[k]
            output.say(f"Round {k + 1} cost {cost * unit:.3f}: {row.state}, {row.action}.")
    name = f"{play.agreement}-{play.side}-{play.seed}"
    (figure,) = write_figure(scored.plot(), out, name, ("png",))
    output.document(document | {"regret": float(scored.value), "usd_bn": scored.usd_bn})
    if not write:
        output.path(f"written: {figure}")
        return
    write_text(out / f"{name}.json", json.dumps(document, indent=1) + "\n")
    output.path(f"written: {out / name}.json and .png")
    output.path(f"show it again: negotiation play --again {out / name}.json")


def _read(path: Path) -> SavedPlay:
    """Return the saved play of a file."""
    text = file_text(path, NUMERICS.most_file_bytes)
    return model_of(json_values(text, str(path), NUMERICS.most_file_values), SavedPlay, str(path))

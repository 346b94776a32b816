"""What the command `play` does: a person plays a side of a truce, and the bench of agents is run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from negotiation.agents.matches import Match, match
from negotiation.agents.rounds import Board, Rounds
from negotiation.agents.thirty_matches import bench
from negotiation.base.reading.plain_values import json_values
from negotiation.base.reading.text import file_text
from negotiation.base.reading.writing import whole
from negotiation.disputes.posture import posture_from_label
from negotiation.errors import InvalidFile, InvalidOptions
from negotiation.game_theory.games.numerics import NUMERICS
from negotiation.game_theory.solvers.best_response.regret import Regret, regret
from negotiation.report.commands.output import Bar, Output

KIND, FIELDS = "negotiation play", {"kind", "agreement", "side", "theory", "seed", "rounds"}


def run_bench_of_agents(output: Output, out: Path) -> None:
    """Run the bench, print its table, and write it."""
    with Bar("playing thirty matches, plain and disguised (some minutes)") as report:
        found = bench(report=report)
    output.table(found.table())
    out.mkdir(parents=True, exist_ok=True)
    with whole(out / "bench.csv") as part:
        found.to_pandas().to_csv(part, index=False)
    output.document(json.loads(found.to_json()))
    output.path(f"written: {out / 'bench.csv'}")


def run_play(
    output: Output,
    agreement: str | None,
    side: str | None,
    theory: str | None,
    rounds: int,
    seed: int,
    again: Path | None,
    out: Path,
) -> None:
    """Let a person play, or read a saved play; then say what was given away, and draw it."""
    saved = None if again is None else _read(again)
    if saved is not None:
        agreement, side, theory, seed = (saved[name] for name in ("agreement", "side", "theory", "seed"))
    if agreement is None:
        raise InvalidOptions("name a truce to play, as in `negotiation play busan --as CHN`, or use --bench")
    played = match(agreement, side, theory=theory)
    table, rows = Rounds(Board(played), seed), list[dict[str, Any]]()
    moves = rounds if saved is None else len(saved["rounds"])
    try:
        for k in range(moves):
            action = _asked(output, played, table) if saved is None else str(saved["rounds"][k]["action"])
            rows.append({"play": 0, "state": table.state, "action": action})
            played.facing.row(played.facing.states.index(table.state), action)
            profile = [*played.automaton.actions[table.state]]
            profile[played.seat] = action
            table.play(tuple(profile))
    except (EOFError, KeyboardInterrupt):
        output.say("\nYou left; what you played is scored and saved.")
    if rows:
        _shown(output, played, regret(rows, played.facing), rows, out, agreement, theory, seed, saved is None)


def _asked(output: Output, played: Match, table: Rounds) -> str:
    """Print a round, and return the action that the person chooses."""
    actions, prescribed = played.facing.actions[0], table.prescribed(played.seat)
    now = posture_from_label(prescribed)
    profile = [*played.automaton.actions[table.state]]

    def paid(action: str) -> float:
        profile[played.seat] = action
        return float(played.game.stage.payoff(tuple(profile))[played.seat])

    near = [a for a in actions if sum(now[n] != x for n, x in posture_from_label(a).items()) == 1]
    output.heading(f"round {table.round + 1}")
    output.say(table.text(played.seat))
    output.say("What a move pays this period, against the agreement's, in billions of dollars a year:")
    for k, action in enumerate([prescribed, *near]):
        changed = [f"{n} {x}" for n, x in posture_from_label(action).items() if now[n] != x]
        gain = (paid(action) - paid(prescribed)) * (played.facing.usd_bn or 1.0)
        output.say(f"  {k:>2}  {gain:+9.3f}  {', '.join(changed) or 'as the agreement has it'}")
    while True:
        typed = input("Your move (numbers to combine, Enter for 0): ").split()
        if all(word.isdigit() and int(word) <= len(near) for word in typed):
            levels = dict(now)
            for word in typed:
                levels |= {
                    n: x for n, x in posture_from_label([prescribed, *near][int(word)]).items() if now[n] != x
                }
            return " ".join(f"{name}={level}" for name, level in levels.items())
        output.say(f"Type numbers from 0 to {len(near)}, with spaces between them.")


def _shown(
    output: Output, played: Match, found: Regret, rows: list[dict[str, Any]], out: Path,
    agreement: str, theory: str | None, seed: int, write: bool,
) -> None:  # fmt: skip
    """Say what was given away and where, draw it, and save the play."""
    unit = played.facing.usd_bn or 1.0
    output.heading("what you gave away")
    output.say(
        f"By {len(rows)} rounds {found.player} gave away {float(found.value):.4f} percent of GDP, "
        f"{float(found.value) * unit:.2f} billion dollars a year "
        "on average over all years to come, if it plays best from here on."
    )
    for k in sorted(range(len(rows)), key=lambda k: -found.rounds[k])[:3]:
        if found.rounds[k] > 0:
            output.say(
                f"Round {k + 1} cost {found.rounds[k] * unit:.3f}: {rows[k]['state']}, {rows[k]['action']}."
            )
    out.mkdir(parents=True, exist_ok=True)
    name = out / f"{agreement}-{found.player}-{seed}"
    found.plot().figure.savefig(name.with_suffix(".png"), dpi=150)  # type: ignore[union-attr]
    document = {
        "kind": KIND, "agreement": agreement, "side": found.player, "theory": theory, "seed": seed,
        "rounds": [{"state": row["state"], "action": row["action"]} for row in rows],
    }  # fmt: skip
    if write:
        with whole(name.with_suffix(".json")) as part:
            part.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    output.document(document | {"regret": float(found.value), "usd_bn": found.usd_bn})
    output.path(f"written: {name}.{'json and .' if write else ''}png")
    output.path(f"once more: negotiation play --again {name}.json")


def _read(path: Path) -> dict[str, Any]:
    """Return a saved play, or say what is wrong with its file."""
    given = json_values(file_text(path, NUMERICS.most_file_bytes), str(path), NUMERICS.most_file_values)
    if not isinstance(given, dict) or given.get("kind") != KIND or set(given) != FIELDS:
        raise InvalidFile(f"{path}: this is no saved play; give a file that `negotiation play` wrote")
    if not isinstance(given["rounds"], list) or not all(
        isinstance(row, dict) and isinstance(row.get("action"), str) for row in given["rounds"]
    ):
        raise InvalidFile(f"{path}: rounds: each round needs an 'action'; got another value")
    return given

"""The explorer's page for the site and for `make look`: from stored tables, with the kernel of certificates.

`python -m machinery.look FOLDER`, with `docs` on the path, writes it. Certificates are decided by Python in
the browser (one release of Pyodide, fetched by npm); if it cannot be fetched, the page has no such section.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

import negotiation as ng
from negotiation.base.labelled.naming import namer
from negotiation.base.labelled.parquet import read_frame
from negotiation.disputes import load_scenario
from negotiation.report.explorer.page import AXES, settings_of, truce_rows, write_page

ROOT = Path(__file__).parents[2]
DATA = ROOT / "paper" / "data"
FORMAT = ROOT / "docs" / "format" / "index.md"
CACHE = ROOT / "build" / "pyodide"
PYODIDE = "pyodide@0.29.5"
SHA256 = "6749b10ee515a1458ecea36d860c8ce2a48366e85b3f92d749ad1840e4aff181"

TRUCES = {"2025-05-geneva": "geneva", "2025-10-busan": "busan", "2026-09-washington": "washington"}
SHARE = ("verdict", "share", "low", "high", "draws")
SUPPOSES = (
    "All other parameters have their central values. A breach of the text is answered for ever, and nothing "
    "slips or is misread."
)


def pyodide() -> Path | None:
    """Return the folder of the release, fetched once and checked; nothing where it cannot be fetched."""
    archive = CACHE / f"{PYODIDE.replace('@', '-')}.tgz"
    npm = shutil.which("npm")
    if not archive.is_file() and npm is not None:
        CACHE.mkdir(parents=True, exist_ok=True)
        call = [npm, "pack", "--silent", PYODIDE]
        subprocess.run(call, cwd=CACHE, check=False, capture_output=True, timeout=120)  # noqa: S603
    if not archive.is_file():
        return None
    content = archive.read_bytes()
    if (digest := hashlib.sha256(content).hexdigest()) != SHA256:
        raise SystemExit(
            f"{archive} has the SHA-256 hash {digest}, but {SHA256} was expected; delete it and try again"
        )
    with tarfile.open(archive) as packed:
        packed.extractall(CACHE, filter="data")
    return CACHE / "package"


def table(name: str) -> pd.DataFrame:
    """Return a stored table."""
    return read_frame(DATA / f"{name}.parquet")


def settings() -> dict[str, Any]:
    """Return the answers under sliders by truce."""
    shares = table("look_shares")
    found = {}
    for truce, place in TRUCES.items():
        frame = table(f"look_{place}")
        axes = {name: [*dict.fromkeys(frame[name])] for name in AXES}
        axes |= {name: sorted(axes[name]) for name in AXES if name not in ("bound", "theory")}
        by_place = {tuple(row[name] for name in AXES): row for row in plain(frame)}
        rows = [by_place[place] for place in product(*(axes[name] for name in AXES))]
        own = {
            (row["theory"], row["leg"]): [
                round(x, 2) if isinstance(x, float) else x for x in map(row.get, SHARE)
            ]
            for row in plain(shares[shares["truce"] == truce])
        }
        found[truce] = settings_of(truce, axes, rows, own)
    return found


def plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as plain values, with None for what is missing."""
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def asks() -> dict[str, Any]:
    """Return the answers about moves."""
    world = load_scenario("us-china-2025")
    named, moves = namer(world.names), {}
    for row in plain(table("look_asks")):
        _, instrument, level = row["move"].split(" ")
        words = str(named(f"{instrument}={level}")).partition(": ")[2]
        rate = float(level) if re.fullmatch(r"[0-9]+", level) else None
        move = moves.setdefault(row["move"], {"level": words, "rate": rate, "lines": [], "legs": []})
        if row["kind"] == "leg":
            move["legs"].append([row["theory"], row["word"], row["margin"], row["text"]])
        else:
            move["lines"].append(row["text"])
    names = {f"{c} {i}": str(named(f"{c} {i}")) for c in world.countries for i in world.held(c)}
    return {"moves": moves, "names": names, "begin": "USA tariff 60"}


def plays() -> dict[str, Any]:
    """Return truces to play, by name: states with what each action pays, and what may follow."""
    world = load_scenario("us-china-2025")
    rows, outcomes = table("look_plays"), table("look_play_outcomes")
    found: dict[str, Any] = {}
    for name, states in table("look_play_states").groupby("play", sort=False):
        truce, by, side = re.fullmatch(r"(\S+) (.+) (\S+)", name).groups()
        own, after = rows[rows["play"] == name], outcomes[outcomes["play"] == name]
        by_state = dict(iter(own.groupby("state", sort=True)))
        title = f"{ng.truce(truce).title}; {'the text alone' if by == 'text' else by}; {world.names[side]}"
        found[name] = {
            "title": title,
            "side": side,
            "other": next(country for country in world.countries if country != side),
            "delta": float(states["delta"].iloc[0]),
            "actions": [*by_state[0]["action"]],
            "states": [
                {
                    "label": state["label"],
                    "own": state["own"],
                    "other": state["other"],
                    "start": state["start"],
                    **{column: [*by_state[k][column]] for column in ("pays", "forgone", "outcome")},
                }
                for k, state in enumerate(plain(states))
            ],
            "outcomes": [
                [[row["seen"] or "", row["to"], row["chance"]] for row in plain(part)]
                for _, part in after.groupby("outcome", sort=True)
            ],
        }
    return found


def examples() -> dict[str, str]:
    """Return the certificate that the page of the format shows, and the same with a wrong claim."""
    block = re.search(r"```json\n(\{.*?)```", FORMAT.read_text(encoding="utf-8"), flags=re.DOTALL)[1]
    wrong = json.loads(block)
    wrong["claims"][0]["strategy"]["states"][0]["then"] = [{"after": "otherwise", "to": "peace"}]
    return {"example": block, "wrong": json.dumps(wrong, indent=1)}


def write_look(folder: Path) -> bool:
    """Write the page, and return whether it decides certificates."""
    data = {
        "begin": "2025-10-busan",
        "supposes": SUPPOSES,
        "names": load_scenario("us-china-2025").names,
        "settings": settings(),
        "asks": asks(),
        "truces": truce_rows(ng.panel().tables),
        "checker": examples(),
        "plays": plays(),
    }
    release = pyodide()
    write_page(folder, data, release)
    return release is not None


if __name__ == "__main__":
    target = Path(sys.argv[1])
    decides = write_look(target)
    print(f"Open {target / 'index.html'} in a browser.")
    if not decides:
        print(
            "Pyodide could not be fetched by npm, so that the page decides no certificates.", file=sys.stderr
        )

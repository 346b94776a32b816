"""Compute what stocks-and-horizons.md says: `python docs/restraint.py --write`, before page_numbers.py.

Three paths of the core game and that of all calm are asked of in three games
(`experiments/effective_horizon.py`): at the central values at five horizons, and in draws of the parameters
at two. Then both truces are asked of under the theories without payments that are solved in a world that
moves (`negotiation.verdict`, `moving=`). What is found is kept in `docs/restraint.json`, one letter a draw,
and the program goes on where the file ends; where payoffs or motion changed, delete the file first. It takes
some ten seconds a draw, nearly all of it for the game in which the harm is learned. Without `--write` nothing
is kept, and the first draw is compared with what is kept of it.
"""

from __future__ import annotations

import argparse
import json
import runpy
import sys
from pathlib import Path

import numpy as np

import negotiation as ng

HERE = Path(__file__).parent
FILE = HERE / "restraint.json"
THEORIES = ("each for itself", "shadow linkage")
"""Those without payments that are solved in a world that moves."""
EXPERIMENT = runpy.run_path(str(HERE.parent / "experiments" / "effective_horizon.py"))
MOVING, STOCKS = EXPERIMENT["MOVING"], EXPERIMENT["STOCKS"]
SEED, DRAWS = 0, 256
CENTRE = {"half a month": 1 / 24, "1 month": 1 / 12, "3 months": 0.25, "1 year": 1.0, "4 years": 4.0}
"""Horizons in years that are tried at the central values."""
DRAWN = {"3 months": 0.25, "1 year": 1.0}
"""Those that are tried in draws."""
TRUCES = ("2025-05-geneva", "2025-10-busan")
MOVES = {"stocks": ["stocks"], "learned": ["stocks", "belief"]}
"""What moves where verdicts are asked for."""
VERDICT_DRAWS = {"stocks": 32, "learned": 0}
"""Draws behind their shares; with learning a draw of the paths above says the same in less time."""


def paths():
    """Return the paths that are asked of: those of the experiment, and all calm."""
    return {**EXPERIMENT["PATHS"], "calm": {}}


def drawn_scenarios(count):
    """Return the first draws of the parameters; more of them begin with the same."""
    scenario, rng = ng.load_scenario("us-china-2025"), np.random.default_rng(SEED)
    return [scenario.draw(rng) for _ in range(count)]


def at_one_setting(scenario, game, horizons):
    """Return a letter for each path, step of the stocks and horizon: 1 held, 0 not, ? undecided."""
    found = EXPERIMENT["restraint"](scenario, paths(), game, horizons.values())
    names = {years: name for name, years in horizons.items()}
    return {
        f"{path}/{game}/{STOCKS[at]}/{names[years]}": letter for (path, at, years), letter in found.items()
    }


def kept():
    """Return what is kept, nothing where there is no file."""
    if FILE.exists():
        return json.loads(FILE.read_text(encoding="utf-8"))
    return {"centre": {}, "draws": {}, "verdicts": {}}


def write(found):
    """Keep what was found."""
    FILE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def complete(found):
    """Compute what is missing, draw by draw, keeping each as it comes."""
    for game in MOVING:
        if not any(f"/{game}/" in key for key in found["centre"]):
            found["centre"] |= at_one_setting(ng.load_scenario("us-china-2025"), game, CENTRE)
            write(found)
    for game in MOVING:
        done = max((len(row) for key, row in found["draws"].items() if f"/{game}/" in key), default=0)
        for k, scenario in enumerate(drawn_scenarios(DRAWS)[done:], done):
            for key, letter in at_one_setting(scenario, game, DRAWN).items():
                found["draws"][key] = found["draws"].get(key, "") + letter
            write(found)
            sys.stdout.write(f"{game}: {k + 1} of {DRAWS} draws\n")
    for kind in MOVES:
        for truce in TRUCES:
            if not any(key.startswith(f"{truce}/{kind}/") for key in found["verdicts"]):
                found["verdicts"] |= verdicts(truce, kind, VERDICT_DRAWS[kind])
                write(found)


def verdicts(truce, kind, draws=0):
    """Return what the theories say of a truce in a world that moves, by leg."""
    asked = ng.verdict(truce, theories=THEORIES, moving=MOVES[kind], draws=draws)
    return {
        f"{truce}/{kind}/{row.leg}/{row.theory}": {
            "holds": row.holds,
            "margin": None if row.player is None else float(f"{row.margin:.6g}"),
            "departure": row.first,
            "certified": row.certified,
            "share": row.share,
        }
        for row in asked
    }


def first_draw(games=tuple(MOVING)):
    """Return what the first draw gives, by the keys of what is kept."""
    (scenario,) = drawn_scenarios(1)
    return {key: v for game in games for key, v in at_one_setting(scenario, game, DRAWN).items()}


def tables():
    """Return the tables that pages are filled from: shares over draws, horizons at the centre, verdicts."""
    found = kept()
    shares, centre = {}, {}
    for key, row in found["draws"].items():
        path, game, stocks, horizon = key.split("/")
        place = shares.setdefault(f"{path}/{game}/{stocks}", {"draws": len(row)})
        place[horizon.replace(" ", "_")] = row.count("1") / len(row)
        place["undecided"] = place.get("undecided", 0) + row.count("?")
        known = found["draws"][f"{path}/moving/{stocks}/{horizon}"]
        changed = [pair for pair in zip(known, row, strict=False) if pair[0] != pair[1]]
        place[f"otherwise_{horizon}".replace(" ", "_")] = len(changed)
    for key in sorted(found["centre"], key=lambda key: CENTRE[key.split("/")[3]]):
        place, horizon = key.rsplit("/", 1)
        held = centre.setdefault(place, {"from": "never"})
        if found["centre"][key] == "1" and held["from"] == "never":
            held["from"] = horizon
    return {"restraint": shares, "horizons": centre, "moving": found["verdicts"]}


def main(arguments=None):
    """Compute what is missing, or compare the first draw with what is kept of it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--write", action="store_true", help="compute and keep what is missing")
    if parser.parse_args(arguments).write:
        complete(kept())
        return 0
    differ = [key for key, letter in first_draw().items() if kept()["draws"][key][0] != letter]
    sys.stdout.write("".join(f"{key} differs\n" for key in differ) or "the first draw is as it was\n")
    return int(bool(differ))


if __name__ == "__main__":
    raise SystemExit(main())

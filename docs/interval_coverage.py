"""Compute whether estimates are right: `python docs/interval_coverage.py --write`, before page_numbers.py.

A hundred records of a small game are simulated at parameters from the priors and fitted, with one sweep and
with chains that go on until they settle; where the truth lies in each posterior is kept in
`docs/interval_coverage.csv` and `docs/interval_coverage_settled.csv`, a row a record, and the program goes
on where a file ends. Where payoffs, priors or the sampler changed, delete the file first. A record takes some
six seconds with one sweep, and half a minute without.
Without `--write` nothing is kept, and the first record of each file is compared with what is kept of it.
"""

import argparse
import csv
import sys
from datetime import date
from pathlib import Path

import numpy as np

from negotiation.truces.estimation.theory_record import theory_record
from negotiation.truces.studies.interval_coverage import (
    DENSITY,
    SHARE,
    IntervalCoverage,
    Placed,
    interval_coverage,
)
from negotiation.world import load_scenario

FILE = Path(__file__).parent / "interval_coverage.csv"
SETTLED = FILE.with_name("interval_coverage_settled.csv")
RUNS = {"intervals": (FILE, 1, 1), "intervals_settled": (SETTLED, None, 2)}
"""Tables, with where their records are kept, and the sweeps and islands of their fits: with one sweep
particles lag (decision 53), without a number chains go on until they settle, in two islands as for the stored
estimates (decision 57)."""
THEORY, INSTRUMENTS = "custom in kind", ("tariff", "rare_earth_curb")
RECORDS, PARTICLES, SEED = 100, 128, 0
TOLD = ("pace.move_rate", "logit.precision", "pace.adjustment")
LEAST, MOST, LEAST_P = 82, 97, 0.01
"""Bounds that were written down before the run (decision 53)."""
HEAD = ("record", "moves", "effective", "independent")
SHOWN = ".4g"
"""Digits that are kept of a place: the particles of a fit are some hundred."""


def model():
    """Return the theory under Geneva, whose days alone are taken from the record."""
    world = load_scenario("us-china-2025")
    return theory_record(
        world, THEORY, until=date(2025, 10, 30), since=date(2025, 5, 1), instruments=INSTRUMENTS
    )


def kept(path=FILE):
    """Return what is kept, as names and rows."""
    if not path.exists():
        return (), ()
    with path.open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    placed = (Placed(int(r[0]), int(r[1]), float(r[2]), float(r[3]), tuple(map(float, r[4:]))) for r in rows)
    return tuple(head[len(HEAD) :]), tuple(placed)


def row_of(one):
    """Return a row of the file."""
    found = (f"{one.effective:.1f}", f"{one.independent:.1f}")
    return (one.record, one.moves, *found, *(f"{place:{SHOWN}}" for place in one.places))


def found(path=FILE):
    """Return what is kept as a result."""
    names, rows = kept(path)
    return IntervalCoverage(THEORY, names, rows)


def tables():
    """Return the tables that pages are filled from, of those runs that are whole."""
    runs = {name: found(path) for name, (path, *_) in RUNS.items()}
    return {name: table_of(run) for name, run in runs.items() if len(run.records) == RECORDS}


def table_of(here):
    """Return a table by quantity, with what was written down before the run."""
    names, rows, found = here.quantities, here.records, {}
    for name, covered, low, high, by_bins, steps in here.table().rows:
        found[name.replace(" ", "_")] = {
            "covered": covered, "from": low, "to": high, "chi2": by_bins, "ks": steps,
        }  # fmt: skip
    apart = [name for name in names if name not in (*TOLD, DENSITY)]
    outside = [n for n in apart if not LEAST <= RECORDS * found[n]["covered"] <= MOST]
    found["others"] = {
        "least": min(found[n]["covered"] for n in apart), "most": max(found[n]["covered"] for n in apart),
        "count": len(apart), "outside": len(outside), "which": ", ".join(outside) or "none",
    }  # fmt: skip
    by_record = here.covered[:, :-1].mean(axis=1)
    due = float(np.mean([held_by(one.independent) for one in rows]))
    found["all"] = {
        "covered": float(here.covered[:, :-1].mean()),
        "least_p": min(found[n.replace(" ", "_")]["chi2"] for n in names),
        "independent": float(np.median([one.independent for one in rows])),
        "expected": due, "short": due - float(by_record.mean()),
        "error": float(by_record.std(ddof=1) / np.sqrt(len(rows))),
        "needed_p": LEAST_P / len(names), "records": len(rows), "parameters": len(names) - 1,
        "moves": float(np.mean([one.moves for one in rows])),
    }  # fmt: skip
    return found


def held_by(draws):
    """Return how often the interval between the 5th and the 95th of a hundred draws holds another draw.

    Of n independent draws, below which share of them another one lies is any of 0, 1/n, ..., 1 alike; on
    average over n, 0.9 n of the n + 1 places are between 0.05 and 0.95.
    """
    return SHARE * draws / (draws + 1)


def complete(path, sweeps, islands):
    """Fit the records that are missing, keeping each as it comes."""
    here = model()
    names, rows = kept(path)
    if not names:
        names = (*(prior.name for prior in here.priors), DENSITY)
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerow((*HEAD, *names))

    def keep(one):
        with path.open("a", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerow(row_of(one))
        sys.stdout.write(f"{path.name}: record {one.record + 1} of {RECORDS}, {one.moves} moves\n")
        sys.stdout.flush()

    fitted(here, RECORDS, sweeps, islands, known=rows, progress=keep)


def fitted(here, records, sweeps, islands, **more):
    """Return the first records, fitted."""
    return interval_coverage(
        here, records=records, particles=PARTICLES, islands=islands, seed=SEED, sweeps=sweeps, **more
    )


def differing():
    """Return the names of the files whose first record is not what is fitted now."""
    wrong = []
    for path, sweeps, islands in RUNS.values():
        _, rows = kept(path)
        first = fitted(model(), 1, sweeps, islands).records[0] if rows else None
        if rows and tuple(map(str, row_of(first))) != tuple(map(str, row_of(rows[0]))):
            wrong.append(path.name)
    return wrong


def main(arguments=None):
    """Compute what is missing, or compare the first records with what is kept of them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--write", action="store_true", help="fit the records that are missing and keep them")
    if parser.parse_args(arguments).write:
        for path, sweeps, islands in RUNS.values():
            complete(path, sweeps, islands)
            sys.stdout.write(f"{found(path).table()}\n")
        return 0
    wrong = differing()
    sys.stdout.write(f"{', '.join(wrong)}: the first record differs\n" if wrong else "as kept\n")
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())

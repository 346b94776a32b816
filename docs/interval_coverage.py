"""Compute whether estimates are right: `python docs/interval_coverage.py --write`, before page_numbers.py.

Parameters are drawn from the priors, a record of a small game from the theory's play at them, and the record
is fitted by the sampler that fits the records of disputes. Where the sampler is right the place of the truth
in the posterior is uniform, for each parameter (simulation-based calibration: Talts, Betancourt, Simpson,
Vehtari and Gelman 2018), and for the density of the record, which tells whether the record was taken in at
all (Modrak et al. 2023): a sampler that gave the prior back would pass without it.

Places in a hundred posteriors are kept in `docs/interval_coverage_settled.csv`, a row a record, and the
program goes on where the file ends. Where payoffs, priors or the sampler changed, delete it first. A record
takes half a minute. Without `--write` nothing is kept, and the first record is compared with what is kept of
it. What the first sampler gave, whose chains made one sweep, stands in `docs/interval_coverage.csv` (decision
53); nothing computes it again.
"""

import argparse
import csv
import sys
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.stats import binomtest, chisquare, kstest

from negotiation.disputes import load_scenario
from negotiation.truces.estimation.fitting import fit
from negotiation.truces.estimation.priors import parameters_at
from negotiation.truces.estimation.theory_record import theory_record

FIRST = Path(__file__).parent / "interval_coverage.csv"
FILE = FIRST.with_name("interval_coverage_settled.csv")
RUNS = {"intervals": FIRST, "intervals_settled": FILE}
"""Tables, with where their records are kept."""
THEORY, INSTRUMENTS = "custom in kind", ("tariff", "rare_earth_curb")
RECORDS, PARTICLES, ISLANDS, SEED = 100, 128, 2, 0
"""Two islands, as for the stored estimates (decision 57)."""
TRUTH, FIT = 0, 1
DENSITY = "density of the record"
COVERED = 0.9
"""Of the posterior that an interval holds, as much on either side."""
BINS = 10
"""Of places, for the test of chi square: ten records a bin where there are a hundred."""
NAMED = ("pace.move_rate", "logit.precision", "pace.adjustment")
LEAST, MOST, LEAST_P = 82, 97, 0.01
"""Bounds that were written down before the run (decision 53)."""
HEAD = ("record", "moves", "effective", "independent")
SHOWN = ".4g"
"""Digits that are kept of a place: the particles of a fit are some hundred."""


class Placed(NamedTuple):
    """Where the truth lies in the posterior of one simulated record.

    `effective` counts draws by their weights, `independent` what the chains are worth for the median
    parameter; `places` are shares of the posterior below the truth, by parameter and then of the density.
    """

    record: int
    moves: int
    effective: float
    independent: float
    places: tuple[float, ...]


def model():
    """Return the theory under Geneva, whose days alone are taken from the record."""
    world = load_scenario("us-china-2025", "central")
    return theory_record(
        world, THEORY, until=date(2025, 10, 30), since=date(2025, 5, 1), instruments=INSTRUMENTS
    )


def placed(here, record, particles=PARTICLES, islands=ISLANDS, seed=SEED):
    """Return where the truth of one record lies."""
    rng = np.random.default_rng([seed, TRUTH, record])
    truth = parameters_at(here.priors, rng.standard_normal((1, len(here.priors))))
    drawn = here.of(here.drawn(truth[0], rng))
    # The generator of a fit is made of its seed alone: one that the truth was not drawn by.
    own_seed = int(np.random.default_rng([seed, FIT, record]).integers(2**31))
    posterior = fit(drawn, particles=particles, islands=islands, seed=own_seed, lag=False)
    places = places_of(posterior, truth[0], float(drawn.log_densities(truth).sum()))
    moves = sum(len(spell.moves) for spell in drawn.seen)
    independent = float(np.median(posterior.independent))
    return Placed(record, moves, posterior.effective, independent, tuple(places.tolist()))


def places_of(posterior, truth, log_density):
    """Return the share of a posterior that lies below the truth, by parameter and of the density."""
    values = np.column_stack([posterior.draws, posterior.log_densities.sum(axis=1)])
    at = np.append(truth, log_density)
    # A draw at the truth counts half: by rounding, or where a record says nothing, there may be some.
    below = (values < at) + 0.5 * (values == at)
    return posterior.weights @ below


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
    counts = (f"{one.effective:.1f}", f"{one.independent:.1f}")
    return (one.record, one.moves, *counts, *(f"{place:{SHOWN}}" for place in one.places))


def tables():
    """Return the tables that pages are filled from, of those runs that are whole."""
    runs = {name: kept(path) for name, path in RUNS.items()}
    return {name: table_of(*run) for name, run in runs.items() if len(run[1]) == RECORDS}


def covered_by(places):
    """Return whether the central interval holds the truth, by record and quantity."""
    return np.abs(places - 0.5) < COVERED / 2


def coverage(places):
    """Return how often a quantity was covered, with its exact range, and how even places are."""
    hits = int(covered_by(places).sum())
    ends = binomtest(hits, len(places)).proportion_ci(0.95, "exact")
    counts = np.histogram(places, BINS, (0.0, 1.0))[0]
    return {
        "covered": hits / len(places), "from": ends.low, "to": ends.high,
        "chi2": float(chisquare(counts).pvalue), "ks": float(kstest(places, "uniform").pvalue),
    }  # fmt: skip


def table_of(names, rows):
    """Return a table by quantity, with what was written down before the run."""
    places = np.array([one.places for one in rows])
    quantities = {name: coverage(column) for name, column in zip(names, places.T, strict=True)}
    apart = {n: row["covered"] for n, row in quantities.items() if n not in (*NAMED, DENSITY)}
    outside = [n for n, share in apart.items() if not LEAST <= RECORDS * share <= MOST]
    by_record = covered_by(places)[:, :-1].mean(axis=1)
    due = float(np.mean([held_by(one.independent) for one in rows]))
    others = {
        "least": min(apart.values()), "most": max(apart.values()), "count": len(apart),
        "outside": len(outside), "which": ", ".join(outside) or "none",
    }  # fmt: skip
    every = {
        "covered": float(covered_by(places)[:, :-1].mean()),
        "least_p": min(row["chi2"] for row in quantities.values()),
        "independent": float(np.median([one.independent for one in rows])),
        "expected": due, "short": due - float(by_record.mean()),
        "error": float(by_record.std(ddof=1) / np.sqrt(len(rows))),
        "needed_p": LEAST_P / len(names), "records": len(rows), "parameters": len(names) - 1,
        "moves": float(np.mean([one.moves for one in rows])),
    }  # fmt: skip
    return {name.replace(" ", "_"): row for name, row in quantities.items()} | {
        "others": others,
        "all": every,
    }


def held_by(draws):
    """Return how often the interval between the 5th and the 95th of a hundred draws holds another draw.

    Of n independent draws, below which share of them another one lies is any of 0, 1/n, ..., 1 alike; on
    average over n, 0.9 n of the n + 1 places are between 0.05 and 0.95.
    """
    return COVERED * draws / (draws + 1)


def complete(here):
    """Fit the records that are missing, keeping each as it comes."""
    names, rows = kept()
    if not names:
        names = (*(prior.name for prior in here.priors), DENSITY)
        with FILE.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerow((*HEAD, *names))
    for record in sorted(set(range(RECORDS)) - {one.record for one in rows}):
        one = placed(here, record)
        with FILE.open("a", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerow(row_of(one))
        sys.stdout.write(f"{FILE.name}: record {record + 1} of {RECORDS}, {one.moves} moves\n")
        sys.stdout.flush()


def main(arguments=None):
    """Compute what is missing, or compare the first record with what is kept of it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--write", action="store_true", help="fit the records that are missing and keep them")
    if parser.parse_args(arguments).write:
        complete(model())
        for name, row in table_of(*kept()).items():
            sys.stdout.write(f"{name}: {row}\n")
        return 0
    _, rows = kept()
    differs = bool(rows) and tuple(map(str, row_of(placed(model(), 0)))) != tuple(map(str, row_of(rows[0])))
    sys.stdout.write(f"{FILE.name}: the first record differs\n" if differs else "as kept\n")
    return int(differs)


if __name__ == "__main__":
    raise SystemExit(main())

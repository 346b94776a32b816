"""Compute what one dispute teaches of another: `python docs/pooling.py --write`, before page_numbers.py.

Rate, precision and adjustment cost are shared by disputes, in whole or in part. Log densities of the records
of three disputes under each theory, at points that cover the wide prior of the three evenly (scrambled Sobol
points; Owen 1998), are kept in `docs/pooling.csv`, a row a point, and the program goes on with the column
that is missing; where payoffs or priors changed, delete the file first. A column takes from ten seconds to a
minute.

All that follows are sums over the points, a minute, kept in `docs/pooling.json`: the posterior of one dispute
is the prior of the next by multiplying the weights, with nothing fitted in between. In part: coordinates of
the disputes, standard normal each, are correlated by rho, so that the prior of each dispute alone stays as
wide as it was; rho = 0 is no pooling, rho = 1 is one parameter for all. Points come in sets that are
scrambled by themselves: how much a result changes without one of them says how exact it is (the jackknife).

Without `--write` nothing is kept, and the first points are compared with what is kept.
"""

import argparse
import csv
import json
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from scipy.special import logsumexp, ndtr, ndtri
from scipy.stats import qmc

from negotiation.truces.estimation.priors import parameters_at
from negotiation.truces.estimation.theory_record import theory_record
from negotiation.truces.record.timeline import record_ends
from negotiation.truces.theories import theories_by_name
from negotiation.world import load_scenario

POOLED = ("pace.move_rate", "logit.precision", "pace.adjustment")
"""What may be shared, in the order of the points' coordinates."""
RHOS = (0.0, 0.3, 0.6, 0.9)
"""Correlations of disputes that are thought equally likely where pooling is in part. Nearer to one, too few
points lie near each other in all three parameters."""
CLOSE = 0.95
"""For one parameter that is shared alone: nearly the same number, so that points near each other count."""
COMMON, COMMON_SEED = 1024, 1
"""Points for what the disputes have in common, and their seed."""
FILE = Path(__file__).parent / "pooling.csv"
SUMS = Path(__file__).parent / "pooling.json"
DISPUTES = {
    "us-china-2025": ("small", date(2025, 1, 1)),
    "japan-korea-2019": ("core", None),
    "australia-china-2020": ("small", None),
}
"""Size of the games, and since when agreements are read. The core games of the others take too long."""
THEORIES = tuple(name for name, one in theories_by_name().items() if one.in_time)
SETS, POINTS, SEED = 4, 128, 0
COMPARED = 4
"""Points that are computed again without `--write`."""


def even_points(sets, points, seed):
    """Return points that are standard normal, shape (sets, points, 3)."""
    dimension = len(POOLED)
    drawn = [
        qmc.Sobol(dimension, scramble=True, rng=np.random.default_rng([seed, k])).random(points)
        for k in range(sets)
    ]
    return np.asarray(ndtri(np.stack(drawn)))


def densities_at(model, points):
    """Return the log density of a model's record at points, shape (sets, points).

    Shapes: `points` (sets, points, 3).
    """
    flat = points.reshape(-1, len(POOLED))
    own = flat[:, [POOLED.index(prior.name) for prior in model.priors]]
    found = model.log_densities(parameters_at(model.priors, own)).sum(axis=1)
    return np.asarray(found.reshape(points.shape[:2]))


@dataclass(frozen=True, eq=False)
class Pooling:
    """What disputes teach each other under one theory: sums over points with their log densities.

    Shapes: `points` (sets, points, 3), standard normal coordinates; `densities` by dispute (sets, points).
    """

    points: np.ndarray
    densities: dict[str, np.ndarray]

    def alone(self, dispute):
        """Return the log density of a dispute under the wide prior, and its error."""
        return self._with_error(lambda sets: self._log_mean(sets, self.densities[dispute]))

    def _with_error(self, number):
        """Return a number from all sets of points, and its error by leaving out one after the other."""
        every = np.arange(len(self.points))
        if len(every) == 1:
            return number(every), float("nan")
        without = np.array([number(np.delete(every, k)) for k in every])
        return number(every), float(without.std() * np.sqrt(len(every) - 1))

    @staticmethod
    def _log_mean(sets, logs):
        return float(logsumexp(logs[sets]) - np.log(logs[sets].size))

    def quantile(self, dispute, parameter, share):
        """Return a quantile of a parameter's coordinate in the posterior of a dispute alone."""
        column = self.points[..., POOLED.index(parameter)].ravel()
        logs = self.densities[dispute].ravel()
        order = np.argsort(column)
        weights = np.exp(logs - logsumexp(logs))[order]
        at = int(np.searchsorted(np.cumsum(weights), share))
        return float(column[order][min(at, len(column) - 1)])

    def gain(self, held_out, taught_by):
        """Return what the posterior of other disputes adds to the log density of one, and its error.

        All three parameters are one and the same in all disputes.
        """
        others = np.asarray(sum(self.densities[name] for name in taught_by))
        own = self.densities[held_out]

        def gained(sets):
            """Return the gain by some sets of points."""
            both, apart = self._log_mean(sets, others + own), self._log_mean(sets, others)
            return both - apart - self._log_mean(sets, own)

        return self._with_error(gained)

    def gain_in_part(self, held_out, taught_by, shared=POOLED, rho=None):
        """Return the same where parameters of disputes are correlated."""
        tried = RHOS if rho is None else (rho,)

        def gained(sets):
            """Return the gain by some sets of points."""
            both, others = [], []
            for value in tried:
                given = {n: self._given_common(sets, n, shared, value) for n in (held_out, *taught_by)}
                taught = np.asarray(sum(given[name] for name in taught_by))
                both.append(logsumexp(taught + given[held_out]))
                others.append(logsumexp(taught))
            own = self._log_mean(sets, self.densities[held_out])
            return float(logsumexp(both) - logsumexp(others)) - own

        return self._with_error(gained)

    def _given_common(self, sets, dispute, shared, rho):
        """Return the log density of a dispute given what all have in common, shape (COMMON,)."""
        axes = [POOLED.index(name) for name in shared]
        common = even_points(1, COMMON, COMMON_SEED)[0][:, axes] * np.sqrt(rho)
        at = self.points[sets].reshape(-1, 1, len(POOLED))[..., axes]
        # A normal distribution about what is common, against that by which the points are drawn.
        apart = -0.5 * ((at - common) ** 2 / (1 - rho) - at**2 + np.log(1 - rho)).sum(axis=-1)
        logs = self.densities[dispute][sets].reshape(-1, 1) + apart
        # Divided by the weights' sum, not by their number: where few points are near, both err alike.
        return np.asarray(logsumexp(logs, axis=0) - logsumexp(apart, axis=0))


def model(theory, dispute):
    """Return a theory as a model of a dispute's whole record, with the shared parameters alone."""
    size, since = DISPUTES[dispute]
    world = load_scenario(dispute)
    until = record_ends(world) + timedelta(days=1)
    return theory_record(world, theory, until=until, since=since, size=size, parameters=POOLED)


def kept(path=FILE):
    """Return what is kept: by theory and dispute, log densities by set and point."""
    if not path.exists():
        return {}
    with path.open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    columns = np.array(rows, dtype=float).T.reshape(len(head), SETS, POINTS)
    return {tuple(name.split("/")): column for name, column in zip(head, columns, strict=True)}


def keep(found, path=FILE):
    """Write what was found."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow("/".join(key) for key in found)
        columns = [column.ravel().tolist() for column in found.values()]
        writer.writerows([f"{x:.5f}" for x in row] for row in zip(*columns, strict=True))


def poolings(found=None):
    """Return what disputes teach each other, by theory."""
    here, points = found or kept(), even_points(SETS, POINTS, SEED)
    return {theory: Pooling(points, {d: here[theory, d] for d in DISPUTES}) for theory in THEORIES}


def tables():
    """Return the tables that pages are filled from, as they are kept."""
    return json.loads(SUMS.read_text(encoding="utf-8")) if SUMS.exists() else {}


def summed():
    """Return parameters of each dispute alone, and gains by theory, held-out dispute and what is shared."""
    alone, gains = {}, {}
    priors = {prior.name: prior for prior in model(THEORIES[0], next(iter(DISPUTES))).priors}
    for theory, one in poolings().items():
        for held_out in DISPUTES:
            others = [name for name in DISPUTES if name != held_out]
            log_density, error = one.alone(held_out)
            row = {"log_density": log_density, "error": error}
            for name in POOLED:
                for share in (0.05, 0.5, 0.95):
                    place = ndtr(one.quantile(held_out, name, share))
                    row[f"{name.split('.')[1]}_{round(100 * share)}"] = priors[name].at(place)
            alone[keyed(theory, held_out)] = row
            told = {"all": one.gain(held_out, others), "part": one.gain_in_part(held_out, others)}
            told |= {f"from_{name}": one.gain(held_out, [name]) for name in others}
            told |= {
                f"{name.split('.')[1]}_from_{other}": one.gain_in_part(held_out, [other], [name], CLOSE)
                for name in POOLED
                for other in others
            }
            told |= {name.split(".")[1]: one.gain_in_part(held_out, others, [name], CLOSE) for name in POOLED}
            gains[keyed(theory, held_out)] = {
                key: part
                for name, (gain, gain_error) in told.items()
                for key, part in ((name, gain), (f"{name}_error", gain_error))
            }
    alone, gains = (
        {k: {c: rounded(x) for c, x in row.items()} for k, row in t.items()} for t in (alone, gains)
    )
    return {
        "pooling_alone": alone, "pooling_gains": gains, "pooling_expected": {"all": expected(alone, gains)},
    }  # fmt: skip


def keyed(theory, dispute):
    """Return the name of a row."""
    return f"{theory}/{dispute}".replace(" ", "_")


def rounded(value):
    """Return a number with the digits that are kept."""
    return float(f"{value:.4g}")


def expected(alone, gains):
    """Return the counts of what was written down before the run (decision 53), by their numbers there."""
    us, *others = DISPUTES
    faster = worse = 0
    for theory in THEORIES:
        rates = {d: alone[keyed(theory, d)]["move_rate_50"] for d in DISPUTES}
        faster += all(rates[us] >= 3 * rates[d] for d in others)
        taught = [gains[keyed(theory, d)][f"move_rate_from_{us}"] for d in others]
        worse += all(gain < 0 for gain in (*taught, gains[keyed(theory, us)]["move_rate"]))
    rows = list(gains.values())
    between = [
        gains[keyed(theory, d)][f"move_rate_from_{other}"]
        for theory in THEORIES
        for d, other in (others, others[::-1])
    ]
    return {
        "us_faster": faster, "rate_worse": worse, "theories": len(THEORIES), "cases": len(rows),
        "precision_within": sum(-0.5 <= row["precision"] <= 1.0 for row in rows),
        "adjustment_nothing": sum(abs(row["adjustment"]) <= 0.5 for row in rows),
        "between_others": sum(gain > 0 for gain in between), "between_cases": len(between),
        "worst_in_part": min(row["part"] for row in rows),
    }  # fmt: skip


def complete():
    """Compute the columns that are missing, keeping each as it comes."""
    found, points = kept(), even_points(SETS, POINTS, SEED)
    for theory in THEORIES:
        for dispute in DISPUTES:
            if (theory, dispute) not in found:
                found[theory, dispute] = densities_at(model(theory, dispute), points)
                keep(found)
                sys.stdout.write(f"{len(found)} of {len(THEORIES) * len(DISPUTES)}: {theory}, {dispute}\n")
                sys.stdout.flush()


def main(arguments=None):
    """Compute what is missing, or compare the first points with what is kept of them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--write", action="store_true", help="compute and keep what is missing")
    if parser.parse_args(arguments).write:
        complete()
        SUMS.write_text(json.dumps(summed(), indent=1) + "\n", encoding="utf-8")
        return 0
    points, here, differ = even_points(SETS, POINTS, SEED)[:1, :COMPARED], kept(), []
    for theory, dispute in here:
        now = densities_at(model(theory, dispute), points)
        if not np.allclose(now[0], here[theory, dispute][0, :COMPARED], atol=1e-4):
            differ.append(f"{theory}, {dispute} differ\n")
    sys.stdout.write("".join(differ) or "the first points are as they were\n")
    return int(bool(differ))


if __name__ == "__main__":
    raise SystemExit(main())

"""Estimate the theories on the record: `python docs/estimates.py --write`, before page_numbers.py.

Every theory with a form in continuous time, and moves at random, explain the moves under Geneva and Busan in
the core game (docs/decisions/0052). Particles are kept under results/estimates/ as they come, so that a run
that was stopped goes on; the small tables in docs/estimates/ are made of them. `--only NAME` (a theory, or
`tables`) does a part; `--workers 2` fits two theories side by side. Some two hours of processor
time: 37 minutes for shadow linkage, half an hour for moment, the others less. Without `--write` the densities
of the kept draws are worked out anew and compared with what is kept of them.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
import tomllib
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import numpy as np

import negotiation as ng
from negotiation.base.reading.hashes import canonical, digest
from negotiation.lab.fingerprint import library_versions, package_hash
from negotiation.lab.scenarios import scenario_hash
from negotiation.truces.estimation.fitting import fit
from negotiation.truces.estimation.model import RandomMoves
from negotiation.truces.estimation.posterior import Comparison, Posterior, compared
from negotiation.truces.estimation.signings_given import as_theory, at_random, chances_of_steps, groups_of
from negotiation.truces.estimation.theory_record import TheoryRecord, theory_record
from negotiation.truces.prediction.forecast import KeptDraws, read_draws, write_draws

HERE = Path(__file__).parent
TABLES = HERE / "estimates"
KEPT = HERE.parent / "results" / "estimates"
EXPECTED = HERE.parent / "tests" / "truces" / "estimates_expected.toml"

DISPUTE, SIZE = "us-china-2025", "core"
SINCE, UNTIL = date(2025, 1, 1), date(2025, 12, 1)
CLOCK_ENDS = date(2026, 11, 10)
"""On which day Busan's year ends."""
THEORIES = ("each for itself", "moment", "custom in kind", "shadow linkage", "renegotiation")
RANDOM, AVERAGE = "moves at random", "averaged by weight"
BASIS = THEORIES[0]
"""Whose record moves at random explain: its phases are none, and its theory plays no part."""
PARTICLES, ISLANDS, SEED, DRAWS, CHECKED = 128, 2, 0, 64, 2
"""Particles are those of an island."""
ONE_ISLAND = ("shadow linkage",)
"""Whose evaluations take three times as long (docs/decisions/0052)."""
TRUCES, BUSAN = ("geneva", "busan"), "2025-10-busan"
CORE = ("tariff", "entity_list", "chip_control", "rare_earth_curb", "purchases")
PRECURSORS = "precursor_enforcement"
WITHOUT = {
    "": {},
    "the curb's harm": {"rare_earth_curb.harm": 0.0},
    "precursors": {"precursor_enforcement.share_averted": 0.0},
}
"""What is taken away to see what holds the USA."""
SAME = 0.1
"""A parameter of whose range the posterior has kept the standard deviation to a tenth is not learned."""
BINS = 10
"""Parts of a range in which the fall of entropy is counted."""


class Counted:
    """A model that counts how often it is asked, over all runs."""

    def __init__(self, model: TheoryRecord | RandomMoves, kept: Path) -> None:
        self.model, self.kept = model, kept
        self.name, self.priors, self.observations = model.name, model.priors, model.observations
        found = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else [0, 0.0, hash_of_all()]
        self.count, self.seconds, self.hash = found

    def log_densities(self, parameters):
        """Return the model's log densities."""
        began = time.process_time()
        found = self.model.log_densities(parameters)
        self.count += len(parameters)
        self.seconds += time.process_time() - began
        return found

    def keep(self) -> None:
        """Write down the count."""
        self.kept.write_text(json.dumps([self.count, self.seconds, self.hash]), encoding="utf-8")


def hash_of_all() -> str:
    """Return a hash of the package's code and records, and of the calibration."""
    return digest(canonical([package_hash(), scenario_hash(ng.load_scenario(DISPUTE, "central"))]))


def model_of(name: str) -> TheoryRecord | RandomMoves:
    """Return a model of the record by its name."""
    world, theory = ng.load_scenario(DISPUTE, "central"), BASIS if name == RANDOM else name
    record = theory_record(world, theory, until=UNTIL, since=SINCE, size=SIZE)
    return RandomMoves(record) if name == RANDOM else record


def islands_of(name: str) -> int:
    """Return how many islands a model is fitted with."""
    return 1 if name in ONE_ISLAND else ISLANDS


def fitted(name: str, particles: int, *, aloud: bool = True) -> tuple[Posterior, list]:
    """Return the posterior of a model, going on from what is kept, and its count, seconds and hash.

    `particles` are those of each of its islands.
    """
    folder = KEPT / str(particles)
    folder.mkdir(parents=True, exist_ok=True)
    stem = name.replace(" ", "_")
    model = Counted(model_of(name), folder / f"{stem}.count.json")

    def progress(done: int, total: int) -> None:
        """Say what is done, and keep the count."""
        model.keep()
        if aloud:
            sys.stdout.write(f"{name}: {done} of {total}, {model.count} evaluations\n")
            sys.stdout.flush()

    found = fit(
        model,
        particles=particles * islands_of(name),
        islands=islands_of(name),
        seed=SEED,
        kept=folder / f"{stem}.npz",
        progress=progress,
    )
    return found, [model.count, model.seconds, model.hash]


# What the posteriors say of parameters and evidence.


def evidence_rows(comparison: Comparison) -> list[dict]:
    """Return a row for each model and observation: its score, the evidence so far, the weight before it."""
    rows = []
    for one, scores, weights in zip(
        comparison.posteriors, comparison.scores, comparison.weights, strict=True
    ):
        errors = errors_along(one)
        for t, observation in enumerate(one.observations):
            rows.append({
                "theory": one.model, "number": t + 1, "observation": observation, "log_score": scores[t],
                "log_evidence": scores[: t + 1].sum(), "error": errors[t], "weight_before": weights[t],
            })  # fmt: skip
    return rows


def errors_along(one: Posterior) -> np.ndarray:
    """Return the standard error of the log evidence after each observation; NaN with one island."""
    so_far = np.stack([np.cumsum(island.scores) for island in one.islands])
    relative = np.exp(so_far - so_far.max(axis=0))
    if len(so_far) == 1:
        return np.full(so_far.shape[1], np.nan)
    return relative.std(axis=0, ddof=1) / relative.mean(axis=0) / np.sqrt(len(so_far))


def parameter_rows(one: Posterior) -> list[dict]:
    """Return a row for each parameter: prior and posterior, and how much was learned of it."""
    rows = []
    for prior in one.priors:
        column = one.column(prior.name)
        share = prior.share(column)
        spread = np.sqrt(one.weights @ (share - one.weights @ share) ** 2)
        before = prior.at(np.linspace(0.0, 1.0, 2001)[1::2])  # middles of a thousand parts
        rows.append({
            "theory": one.model, "parameter": prior.name, "scale": prior.scale,
            "low": prior.low, "high": prior.high, "prior_mean": float(np.mean(before)),
            **{f"prior_p{q}": prior.at(q / 100) for q in (5, 50, 95)},
            "mean": one.mean(prior.name), **{f"p{q}": one.quantile(prior.name, q / 100) for q in (5, 50, 95)},
            "spread": spread * np.sqrt(12.0), "entropy_fall": entropy_fall(share, one.weights),
        })  # fmt: skip
    return rows


def entropy_fall(share: np.ndarray, weights: np.ndarray) -> float:
    """Return by how many nats the entropy of a place in a range has fallen, counted in ten equal parts."""
    parts = np.bincount(np.minimum((share * BINS).astype(int), BINS - 1), weights, BINS)
    seen = parts[parts > 0]
    return float((seen * np.log(seen * BINS)).sum())


def sampler_rows(comparison: Comparison, counts: dict[str, list]) -> list[dict]:
    """Return a row for each model: how the sampler fared."""
    rows = []
    for one, weight in zip(comparison.posteriors, comparison.weights[:, -1], strict=True):
        particles, islands = len(one.weights), len(one.islands)
        left = np.concatenate([island.effective for island in one.islands]) * islands / particles
        taken = np.concatenate([island.accepted for island in one.islands])
        apart = [float(island.scores.sum()) for island in one.islands]
        renewed = taken[~np.isnan(taken)]
        rows.append({
            "theory": one.model, "parameters": len(one.priors), "particles": particles, "islands": islands,
            "log_evidence": one.log_evidence, "error": one.log_evidence_error, "weight": weight,
            "least_island": min(apart), "most_island": max(apart),
            "effective": one.effective, "independent": float(np.median(one.independent)),
            "least_independent": float(one.independent.min()), "least_left": left.min(),
            "renewals": len(renewed) / islands,
            "accepted": renewed.mean() if len(renewed) else None,
            "least_accepted": renewed.min() if len(renewed) else None,
            "sweeps": one.sweeps, "unsettled": sum(int((i.settled < 1).sum()) for i in one.islands),
            "lag": one.lag, "lag_error": one.lag_error, "may_lag": one.may_lag,
            "evaluations": counts[one.model][0], "seconds": counts[one.model][1],
        })  # fmt: skip
    return rows


# What they say of the truces, at the kept draws.


def moments(values: Sequence[float] | np.ndarray) -> dict[str, float]:
    """Return mean, 5th and 95th percentile of draws of equal weight."""
    return {
        "mean": float(np.mean(values)), "low": float(np.quantile(values, 0.05)),
        "high": float(np.quantile(values, 0.95)),
    }  # fmt: skip


def days_of(record: TheoryRecord) -> list[np.ndarray]:
    """Return the days after signing that are asked of: to the next truce, and to the end of Busan's year."""
    found = []
    for spell, last in zip(record.spells, (record.spells[1].begins, CLOCK_ENDS), strict=True):
        whole = (last - spell.begins).days
        end = (spell.ends - spell.begins).days
        found.append(np.array(sorted({0, 1, 30, end, whole, *range(10, whole, 10)})))
    return found


def survival(name: str, draws: KeptDraws) -> list[dict]:
    """Return by truce, group and day the chance that no harsher step has come, over the draws."""
    model = model_of(name)
    record = model.record if isinstance(model, RandomMoves) else model
    grids, found = days_of(record), {}
    fixed = record.games_at(middle(record)) if name == RANDOM else None  # its levels are all that counts
    for k, row in enumerate(draws.values):
        games = record.games_at(row) if fixed is None else fixed
        for truce, spell, game, levels, days in zip(
            TRUCES, record.spells, games, record.signed_levels, grids, strict=True
        ):
            groups = groups_of(spell.agreement, record.scenario, game.rule.aims)
            groups = {g: pairs for g, pairs in groups.items() if g not in record.scenario.countries}
            played = at_random(game.game, float(row[0])) if name == RANDOM else as_theory(game)
            for group, chances in chances_of_steps(played, groups, game.state_of(levels), days).items():
                found.setdefault((truce, group), np.empty((len(draws.values), len(days))))[k] = 1 - chances
    return [
        {"theory": name, "truce": truce, "group": group, "day": int(day), **moments(kept[:, j])}
        for (truce, group), kept in found.items()
        for j, day in enumerate(grids[TRUCES.index(truce)])
    ]


def middle(record: TheoryRecord) -> np.ndarray:
    """Return the parameters at the middle of their ranges."""
    return np.array([prior.at(0.5) for prior in record.priors])


def worlds(name: str, draws: KeptDraws) -> Iterable[tuple[ng.Scenario, dict]]:
    """Yield the dispute at each draw, what the core game does not read drawn from its range, and the pace."""
    scenario, rng = ng.load_scenario(DISPUTE, "central"), np.random.default_rng([SEED, THEORIES.index(name)])
    for row in draws.values:
        values = dict(zip(draws.names, row.tolist(), strict=True))
        pace = {n: values.pop(n) for n in list(values) if n.startswith("pace.")}
        yield scenario.draw(rng).with_parameters(values), pace


def departures(name: str, draws: KeptDraws) -> list[dict]:
    """Return the chance of a harsher step of the USA under Busan, as it is and with things taken away."""
    record = model_of(name)
    wide = replace(record, size=None, instruments=(*CORE, PRECURSORS))
    spell, levels = wide.spells[1], wide.signed_levels[1]
    words = {30: "within 30 days", (CLOCK_ENDS - spell.begins).days: f"by {CLOCK_ENDS}"}
    found = {day: {what: [] for what in WITHOUT} for day in words}
    for world, pace in worlds(name, draws):
        for what, changes in WITHOUT.items():
            changed = world.with_parameters(changes)
            game = wide.game_of(spell, changed, pace["pace.move_rate"], pace["pace.adjustment"])
            groups = {"USA": groups_of(spell.agreement, changed, game.rule.aims)["USA"]}
            chances = chances_of_steps(as_theory(game), groups, game.state_of(levels), list(words))["USA"]
            for day, chance in zip(words, chances, strict=True):
                found[day][what].append(chance)
    return [
        row
        for day, when in words.items()
        for row in answers_of(name, f"busan USA departs {when}", found[day], difference=True)
    ]


def verdicts(name: str, draws: KeptDraws) -> list[dict]:
    """Return in which share of draws Busan's control leg holds, as it is and with things taken away."""
    holds = {what: [] for what in WITHOUT}
    for world, _ in worlds(name, draws):
        for what, changes in WITHOUT.items():
            said = ng.verdict(BUSAN, world.with_parameters(changes), theories=[name], draws=0)
            holds[what].append(float(said.find("control", name).holds))
    return answers_of(name, "busan control holds, share of draws", holds, difference=False)


def answers_of(name: str, question: str, found: dict[str, list[float]], *, difference: bool) -> list[dict]:
    """Return rows of answers: as it is, and with each thing taken away, or how much more that is."""
    base = np.array(found[""])
    rows = [{"question": question, "theory": name, **moments(base)}]
    for what, values in found.items():
        if what and difference:
            words = question + f", more without {what}"
            rows.append({"question": words, "theory": name, **moments(np.array(values) - base)})
        elif what:
            words = question.replace(",", f" without {what},")
            rows.append({"question": words, "theory": name, **moments(np.array(values))})
    if not difference:  # a share of draws has no band over draws
        rows = [{**row, "low": None, "high": None} for row in rows]
    return rows


def averaged(rows: list[dict], sampler: list[dict]) -> list[dict]:
    """Return each answer averaged over those who give it, by their weights after the record."""
    weight, found = {row["theory"]: row["weight"] for row in sampler}, {}
    for row in rows:
        found.setdefault(row["question"], []).append((weight[row["theory"]], row["mean"]))
    none = {"low": None, "high": None}
    return [
        {"question": asked, "theory": AVERAGE, "mean": sum(w * m for w, m in said) / sum(w for w, _ in said)}
        | none
        for asked, said in found.items()
    ]


def of_legs(rows: list[dict]) -> list[dict]:
    """Return the answers that are read off the survival of legs."""
    at = {(r["theory"], r["truce"], r["group"], r["day"]): r for r in rows}
    signed = {"geneva": date(2025, 5, 12), "busan": date(2025, 10, 30)}
    asked = [
        ("geneva", 1, "1 day"), ("geneva", 30, "30 days"), ("geneva", None, "to 2025-10-30"),
        ("busan", 1, "1 day"), ("busan", 30, "30 days"),
        ("busan", (UNTIL - signed["busan"]).days, f"to {UNTIL}"),
        ("busan", (CLOCK_ENDS - signed["busan"]).days, f"to {CLOCK_ENDS}"),
    ]  # fmt: skip
    found = []
    for truce, day, words in asked:
        last = (signed["busan"] - signed["geneva"]).days if day is None else day
        for theory, leg in ((t, g) for t in (*THEORIES, RANDOM) for g in ("tariff", "control", "other")):
            row = at[theory, truce, leg, last]
            kept = {k: row[k] for k in ("mean", "low", "high")}
            moved = {"mean": 1 - row["mean"], "low": 1 - row["high"], "high": 1 - row["low"]}
            short = leg == "control" and "day" in words
            question = f"{truce} {leg} {'moved' if short else 'kept'} {words}"
            found.append({"question": question, "theory": theory, **(moved if short else kept)})
    return found


def expectation_rows(tables: dict[str, list[dict]]) -> list[dict]:
    """Return each expectation with what was found."""
    said = {(r["question"], r["theory"]): r["mean"] for r in tables["answers"]}
    evidence = {r["theory"]: r for r in tables["sampler"]}
    best = max(r["log_evidence"] for r in tables["sampler"])
    for name, row in evidence.items():
        learned = [r for r in tables["parameters"] if r["theory"] == name]
        pace = next(r for r in learned if r["parameter"] in ("pace.move_rate", "pace.rate"))
        over = row["log_evidence"] - evidence[RANDOM]["log_evidence"]
        said["log evidence over moves at random", name] = over
        said["log evidence below the best", name] = best - row["log_evidence"]
        said["weight after the record", name] = row["weight"]
        said["parameters of which nothing is learned", name] = unlearned(learned)
        said["chances to move a year, median", name] = pace["p50"]
    rows = []
    for one in tomllib.loads(EXPECTED.read_text(encoding="utf-8"))["expected"]:
        found = float(said[one["question"], one["theory"]])
        kept = {key: one[key] for key in ("question", "theory", "low", "high")}
        rows.append({**kept, "found": found, "within": one["low"] <= found <= one["high"]})
    return rows


def unlearned(rows: list[dict]) -> int:
    """Return of how many parameters nothing was learned."""
    return sum(abs(float(row["spread"]) - 1.0) <= SAME for row in rows)


def table(name: str) -> list[dict]:
    """Return a kept table as rows of texts and numbers."""
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [{k: _value(v) for k, v in row.items()} for row in csv.DictReader(file)]


def _value(text: str) -> object:
    if text in ("True", "False"):
        return text == "True"
    try:
        return float(text)
    except ValueError:
        return text or None


def write_table(name: str, rows: list[dict]) -> None:
    """Keep a table."""
    with (TABLES / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({k: _text(v) for k, v in row.items()} for row in rows)


def _text(value: object) -> object:
    return f"{round(value, 12) + 0.0:.6g}" if isinstance(value, float) else value


def pool(workers: int) -> ProcessPoolExecutor:
    """Return processes that begin anew."""
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


PARTS = {"survival": survival, "departures": departures, "verdicts": verdicts}
"""What is asked of the draws of a theory, by name."""


def answered(job: tuple[str, str, KeptDraws]) -> tuple[str, list[dict]]:
    """Return the rows of one part of the answers of one theory, with the hash of the code that made them.

    They are kept by the draws alone: delete results/estimates/answers after a change of code.
    """
    part, name, draws = job
    path = KEPT / "answers" / f"{digest(canonical([part, name, draws.values.tolist()]))}.json"
    if not path.exists():
        rows = PARTS[part](name, draws)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps([hash_of_all(), rows]), encoding="utf-8")
        sys.stdout.write(f"{part}, {name}: answered\n")
        sys.stdout.flush()
    return tuple(json.loads(path.read_text(encoding="utf-8")))


def write_tables(particles: int, workers: int) -> None:
    """Make every table of what is kept."""
    names = (*THEORIES, RANDOM)
    found = {name: fitted(name, particles, aloud=False) for name in names}
    comparison = compared(one for one, _ in found.values())
    counts = {name: count for name, (_, count) in found.items()}
    draws = {
        name: KeptDraws(tuple(p.name for p in one.priors), one.resampled(DRAWS), len(one.weights))
        for name, (one, _) in found.items()
    }
    TABLES.mkdir(exist_ok=True)
    write_draws(TABLES / "draws.csv", draws)
    draws = read_draws(TABLES / "draws.csv")  # answers are of the draws as kept, rounded
    tables = {
        "evidence": evidence_rows(comparison),
        "parameters": [row for one, _ in found.values() for row in parameter_rows(one)],
        "sampler": sampler_rows(comparison, counts),
        "densities": density_rows(draws),
    }
    for name, rows in tables.items():
        write_table(name, rows)
    sys.stdout.write("evidence, parameters, sampler and densities are written\n")
    jobs = [("survival", n, draws[n]) for n in names]
    jobs += [(part, n, draws[n]) for part in ("departures", "verdicts") for n in THEORIES]
    with pool(workers) as executor:
        hashed = list(executor.map(answered, jobs))
    answers = [rows for _, rows in hashed]
    tables["survival"] = [row for rows in answers[: len(names)] for row in rows]
    tables["answers"] = of_legs(tables["survival"])
    tables["answers"] += [row for rows in answers[len(names) :] for row in rows]
    tables["answers"] += averaged(tables["answers"], tables["sampler"])
    tables["expected"] = expectation_rows(tables)
    for name in ("survival", "answers", "expected"):
        write_table(name, tables[name])
    (TABLES / "provenance.json").write_text(
        json.dumps(
            {
                "dispute": DISPUTE, "size": SIZE, "since": str(SINCE), "until": str(UNTIL),
                "particles_an_island": particles, "islands": {name: islands_of(name) for name in names},
                "seed": SEED, "draws": DRAWS,
                "code_and_data": {name: count[2] for name, count in counts.items()},
                "code_and_data_of_answers": sorted({of for of, _ in hashed}),
                "versions": library_versions(),
            },
            indent=1,
        ) + "\n",
        encoding="utf-8",
    )  # fmt: skip


def density_rows(draws: dict[str, KeptDraws], first: int = CHECKED) -> list[dict]:
    """Return the log densities of the first draws, which show whether the model is the same."""
    rows = []
    for name, one in draws.items():
        model = model_of(name)
        for k, densities in enumerate(model.log_densities(one.values[:first])):
            for observation, density in zip(model.observations, densities, strict=True):
                rows.append({
                    "theory": name, "draw": k, "observation": observation, "log_density": float(density)
                })  # fmt: skip
    return rows


def differing() -> list[str]:
    """Return the theories whose densities at the first kept draws are no longer what is kept of them."""
    kept = {(r["theory"], r["draw"], r["observation"]): r["log_density"] for r in table("densities")}
    now = density_rows(read_draws(TABLES / "draws.csv"))
    return sorted({
        r["theory"] for r in now
        if abs(r["log_density"] - kept.get((r["theory"], r["draw"], r["observation"]), np.inf)) > 1e-3
    })  # fmt: skip


def tables() -> dict[str, dict[str, dict]]:
    """Return the tables from which page_numbers.py fills sentences."""
    learned = {name: [row for row in table("parameters") if row["theory"] == name] for name in THEORIES}
    unknown = [unlearned(rows) for rows in learned.values()]
    best = max(
        (row for row in table("sampler") if row["theory"] != RANDOM), key=lambda row: row["log_evidence"]
    )
    every = {
        "unlearned_least": min(unknown), "unlearned_most": max(unknown), "parameters": best["parameters"],
    }  # fmt: skip
    answers = {f"{row['question']}/{row['theory']}".replace(" ", "_"): row for row in table("answers")}
    return {"estimates": {"all": every}, "answers": answers}


def fit_one(job: tuple[str, int]) -> None:
    """Fit one model, keeping it."""
    fitted(*job)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit what is missing and write the tables, or compare what is kept."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--write", action="store_true", help="fit what is missing, and write the tables")
    parser.add_argument("--only", action="append", help="a theory to be fitted, or tables")
    parser.add_argument("--particles", type=int, default=PARTICLES)
    parser.add_argument("--workers", type=int, default=1, help="theories that are fitted side by side")
    asked = parser.parse_args(arguments)
    if not asked.write:
        old = differing()
        sys.stdout.write(f"{', '.join(old)}: not what is kept\n" if old else "as kept\n")
        raise SystemExit(bool(old))
    every = [*THEORIES, RANDOM]
    if wrong := set(asked.only or ()) - {*every, "tables"}:
        raise SystemExit(f"{', '.join(sorted(wrong))}: not known; allowed: {', '.join(every)}, tables")
    names = [name for name in every if asked.only is None or name in asked.only]
    if names:
        with pool(asked.workers) as executor:
            list(executor.map(fit_one, [(name, asked.particles) for name in names]))
    if asked.only is None or "tables" in asked.only:
        write_tables(asked.particles, asked.workers)


if __name__ == "__main__":
    main()

"""The command `estimate`: the evidence of the record for a theory and the parameters of its game."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from negotiation.base.labelled import Table
from negotiation.disputes import load_scenario
from negotiation.errors import InvalidFile
from negotiation.lab.executors import check_workers, processes
from negotiation.report.commands.declared import EstimateOptions
from negotiation.report.commands.output import Bar, Output
from negotiation.report.commands.typed import completed, dispute, typed_day
from negotiation.truces.estimation.estimate import estimate
from negotiation.truces.estimation.fitting import Sampler
from negotiation.truces.estimation.posterior import Posterior
from negotiation.truces.estimation.priors import Prior, read_priors, write_priors
from negotiation.truces.record.timeline import record_ends
from negotiation.truces.theories import UnknownTheory, theories_by_name


def run_estimate(output: Output, options: EstimateOptions) -> None:
    """Estimate a theory on the record, and print its evidence, its parameters and its scores."""
    theory = completed(options.theory, tuple(theories_by_name()), UnknownTheory)
    world = load_scenario(dispute(options.scenario))
    # `until` is the first day that is not read; the day after the record means all of it.
    until = typed_day(options.until) or record_ends(world) + timedelta(days=1)
    priors = _priors(options)
    check_workers(options.workers, given=False)
    pool = processes(options.workers) if options.workers > 1 else nullcontext()
    with Bar(f"estimating {theory}") as report, pool as executor:
        posterior = estimate(
            world,
            theory,
            until=until,
            since=typed_day(options.since),
            size=options.size,
            instruments=tuple(options.instruments or ()) or None,
            parameters=tuple(options.parameters or ()) or None,
            priors=priors,
            sampler=Sampler(
                options.particles, options.islands, options.seed, executor, options.kept, progress=report
            ),
        )
    if options.learned is not None:
        write_priors(options.learned, posterior.as_priors())
    output.say(f"{theory}: {posterior.about_evidence} of {len(posterior.observations)} observations.")
    output.heading(f"{theory} on the record of {world.name}")
    output.say(
        f"{len(posterior.weights)} particles, of which {posterior.effective:.0f} count at "
        f"the end, worth {np.median(posterior.independent):.0f} independent draws of the median parameter; "
        f"{posterior.about_lag}"
    )
    output.table(learned(posterior), most_rows=None)
    names = {code: country.name for code, country in world.facts.items()}
    output.table(replace(scored(posterior), names=names), most_rows=None)
    if options.learned is not None:
        output.path(f"priors of what was learned: {options.learned}")
    output.document(_document(options, world.name, theory, until, posterior))


def _document(
    options: EstimateOptions, dispute: str, theory: str, until: date, posterior: Posterior
) -> object:
    """Return the options and the result as the document of `--json`."""
    return {
        "scenario": dispute,
        "theory": theory,
        "since": options.since,
        "until": str(until),
        "particles": options.particles,
        "islands": options.islands,
        "seed": options.seed,
        "priors": None if options.priors is None else str(options.priors),
        "log_evidence": posterior.log_evidence,
        "error": posterior.log_evidence_error,
        "effective": posterior.effective,
        "independent": float(np.median(posterior.independent)),
        "sweeps": posterior.sweeps,
        "lag": posterior.lag,
        "lag_error": posterior.lag_error,
        "may_lag": posterior.may_lag,
        "parameters": learned(posterior),
        "scores": scored(posterior),
    }


def _priors(options: EstimateOptions) -> tuple[Prior, ...]:
    """Return the priors of the given file, or raise `InvalidFile` if one is not estimated."""
    if options.priors is None:
        return ()
    priors = read_priors(options.priors)
    # The prior of a parameter that is not estimated would change nothing.
    chosen = options.parameters or ()
    idle = [prior.name for prior in priors if chosen and prior.name not in chosen]
    if idle:
        raise InvalidFile(
            f"{options.priors}: there is a prior for {', '.join(idle)}, but --parameters names only "
            f"{', '.join(chosen)}; add it with --parameters, or leave the prior out"
        )
    return priors


def learned(posterior: Posterior) -> Table:
    """Return each parameter's range in the prior, and its mean and quantiles in the posterior."""
    rows = []
    for p in posterior.priors:
        quantiles = (posterior.quantile(p.name, q) for q in (0.05, 0.5, 0.95))
        rows.append((p.name, p.low, p.high, posterior.mean(p.name), *quantiles))
    columns = ("parameter", "low", "high", "mean", "5%", "50%", "95%")
    return Table("parameters: the range before, what is left after", columns, tuple(rows))


def scored(posterior: Posterior) -> Table:
    """Return the log density of each observation, predicted from those before it, and the running sum."""
    # By the chain rule, the last sum is the log evidence.
    rows, total = [], 0.0
    for observation, score in zip(posterior.observations, posterior.scores.tolist(), strict=True):
        total += score
        rows.append((observation, score, total))
    return Table("score along the record", ("observation", "log density", "so far"), tuple(rows))

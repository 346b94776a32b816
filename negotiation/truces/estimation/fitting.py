"""What is sampled how: the posterior of a model on its record."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from negotiation.base.reading.numbers import expect_count
from negotiation.errors import InvalidNumber
from negotiation.truces.estimation.checkpoints import identity, load, save
from negotiation.truces.estimation.model import RecordModel
from negotiation.truces.estimation.numerics import NUMERICS
from negotiation.truces.estimation.posterior import Posterior
from negotiation.truces.estimation.sampler import densities_of, gone_on, start, step


@dataclass(frozen=True)
class Sampler:
    """How a posterior is sampled: by particles in islands, each with random numbers of its own.

    Parameters
    ----------
    particles : int, optional
        In all islands together: a multiple of eight an island. The posterior says how far they lag.
    islands : int, optional
        What they differ by says how sure the evidence is.
    seed : int, optional
        The same seed gives the same numbers.
    executor : concurrent.futures.Executor, optional
        Where games are solved; the numbers are the same with any, and without.
    kept : str or Path, optional
        A file (.npz) that takes what is found on the way, and from which a run that was stopped goes on.
    progress : callable, optional
        Called with the observations done and those there are.

    Raises
    ------
    InvalidNumber
        If the particles do not divide.

    Examples
    --------
    >>> Sampler(particles=128, islands=2).particles
    128
    """

    particles: int = 512
    islands: int = 4
    seed: int = 0
    executor: Executor | None = None
    kept: str | Path | None = None
    progress: Callable[[int, int], None] | None = None

    def __post_init__(self) -> None:
        expect_count("`seed`", self.seed, 0, InvalidNumber)
        particles, islands = (
            expect_count(name, getattr(self, name), 0, InvalidNumber) for name in ("particles", "islands")
        )
        if islands < 1 or particles < 1 or particles % (islands * NUMERICS.chain):
            raise InvalidNumber(
                f"particles {particles} in {islands} islands: a multiple of {NUMERICS.chain} an island is "
                f"needed, such as {NUMERICS.chain * 16 * max(islands, 1)} in all"
            )


def fit(model: RecordModel, sampler: Sampler | None = None, *, lag: bool = True, **options: Any) -> Posterior:
    """Return the posterior of a model's parameters, observation by observation; options are the sampler's.

    References
    ----------
    Chopin (2002), Biometrika 89. Dau and Chopin (2022), Journal of the Royal Statistical Society B 84.
    """
    sampler = replace(sampler or Sampler(), **options)
    islands, seed = sampler.islands, sampler.seed
    densities = densities_of(model, sampler.executor)
    of = identity(model, sampler.particles, islands, seed)
    path = None if sampler.kept is None else Path(sampler.kept)
    found = None if path is None else load(path, of, islands)
    if found is None:
        found = [start(model, densities, sampler.particles // islands, (seed, k)) for k in range(islands)]
    total = islands * len(model.observations)
    # Island by island: what is kept on the way is whole islands, one begun, and the others at the start.
    for k in range(islands):
        while found[k].seen < len(model.observations):
            renewed = found[k]
            found[k] = step(found[k], densities, (seed, k))
            if path is not None and renewed.coordinates is not found[k].coordinates:
                save(path, found, of)  # what took all the time
            if sampler.progress is not None:
                sampler.progress(sum(one.seen for one in found), total)
        if lag and not len(found[k].further):
            found[k] = gone_on(found[k], densities, (seed, k))
    if path is not None:
        save(path, found, of)
    return Posterior(model.name, tuple(model.priors), tuple(model.observations), tuple(found), seed)

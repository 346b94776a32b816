"""The entry point of estimation: a model, its record, and how many particles."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

from negotiation.errors import InvalidNumber
from negotiation.truces.estimation.checkpoints import identity, load, save
from negotiation.truces.estimation.model import RecordModel
from negotiation.truces.estimation.numerics import NUMERICS
from negotiation.truces.estimation.posterior import Posterior
from negotiation.truces.estimation.sampler import densities_of, gone_on, start, step


def fit(
    model: RecordModel,
    *,
    particles: int = 512,
    islands: int = 4,
    seed: int = 0,
    lag: bool = True,
    executor: Executor | None = None,
    kept: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Posterior:
    """Return the posterior of a model's parameters, observation by observation.

    References
    ----------
    Chopin (2002), Biometrika 89. Dau and Chopin (2022), Journal of the Royal Statistical Society B 84.
    """
    if islands < 1 or particles < 1 or particles % (islands * NUMERICS.chain):
        raise InvalidNumber(
            f"particles {particles} in {islands} islands: a multiple of {NUMERICS.chain} an island is "
            f"needed, such as {NUMERICS.chain * 16 * max(islands, 1)} in all"
        )
    densities = densities_of(model, executor)
    of = identity(model, particles, islands, seed)
    path = None if kept is None else Path(kept)
    found = None if path is None else load(path, of, islands)
    if found is None:
        found = [start(model, densities, particles // islands, (seed, k)) for k in range(islands)]
    total = islands * len(model.observations)
    # Island by island: what is kept on the way is whole islands, one begun, and the others at the start.
    for k in range(islands):
        while found[k].seen < len(model.observations):
            renewed = found[k]
            found[k] = step(found[k], densities, (seed, k))
            if path is not None and renewed.coordinates is not found[k].coordinates:
                save(path, found, of)  # what took all the time
            if progress is not None:
                progress(sum(one.seen for one in found), total)
        if lag and not len(found[k].further):
            found[k] = gone_on(found[k], densities, (seed, k))
    if path is not None:
        save(path, found, of)
    return Posterior(model.name, tuple(model.priors), tuple(model.observations), tuple(found), seed)

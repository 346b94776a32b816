"""Random ownership graphs, calibrated to reported moments of the entity list.

Three moments are calibration *targets*, not findings: about 1,300 listed entities, one third of them with
at least one majority-owned affiliate, and more than 20,000 entities covered at 50 percent. The first is
given. The second holds by construction (unless two stakes of a listed party in one entity add up to a
majority). For the third, `affiliates_per_listed` was set so that covered entities average about 21,000 over
seeds. All other numbers are assumptions without a source. Other properties of the graphs, such as the slope
of coverage in the threshold or the reach of the 49 percent loophole, are therefore no evidence about the
world, and the assumptions should be varied.

Entities come in this order: listed, affiliates level by level, outside owners (whom nobody owns).
"""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import Field, model_validator
from scipy import sparse

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.base.reading.models import FileModel
from negotiation.base.reading.numbers import expect_count, expect_generator
from negotiation.disputes.ownership.graph import OwnershipGraph
from negotiation.errors import InvalidOwnership

_Links = list[tuple[IntArray, IntArray, FloatArray]]


class OwnershipAssumptions(FileModel):
    """Shape of the generated graphs. Only `owning_share` and `affiliates_per_listed` are calibrated.

    Each affiliate has one lead holder. Its lead stake comes from a mixture: wholly owned, exactly 49
    percent, just above 50, just below 50, minority, and for the rest a clear majority. The rest of the entity
    is offered to listed co-holders, then to an outside owner, and the remainder is dispersed.

    Examples
    --------
    >>> OwnershipAssumptions(depth=2).depth
    2
    """

    owning_share: float = Field(
        default=1 / 3,
        gt=0.0,
        le=1.0,
        description="Calibration target: share of listed parties with a majority-owned affiliate.",
    )
    affiliates_per_listed: float = Field(
        default=20.25,
        gt=0.0,
        description="Calibrated: affiliates in the graph, covered or not, for each listed party.",
    )
    depth: int = Field(default=4, ge=1, description="Assumption: levels of affiliates below the list.")
    level_ratio: float = Field(
        default=0.6,
        gt=0.0,
        le=1.0,
        description="Assumption: affiliates at a level for each one at the level above.",
    )
    tail_index: float = Field(
        default=1.5,
        gt=0.0,
        description="Assumption: Pareto index of the weights by which holders draw affiliates.",
    )
    tail_cap: float = Field(
        default=100.0,
        ge=1.0,
        description="Assumption: largest such weight, as a multiple of the smallest possible.",
    )
    wholly_owned: float = Field(
        default=0.35, ge=0.0, le=1.0, description="Assumption: share of lead stakes of exactly 100 percent."
    )
    at_49: float = Field(
        default=0.05, ge=0.0, le=1.0, description="Assumption: share of lead stakes of exactly 49 percent."
    )
    just_above: float = Field(
        default=0.08, ge=0.0, le=1.0, description="Assumption: share of lead stakes in 50 to 51 percent."
    )
    just_below: float = Field(
        default=0.03, ge=0.0, le=1.0, description="Assumption: share of lead stakes in 48 to 50 percent."
    )
    minority: float = Field(
        default=0.14, ge=0.0, le=1.0, description="Assumption: share of lead stakes in 5 to 48 percent."
    )
    co_holding: float = Field(
        default=0.2,
        ge=0.0,
        le=1.0,
        description="Assumption: chance of a listed co-holder, tried `co_holders` times.",
    )
    co_holders: int = Field(default=3, ge=0, description="Assumption: most listed co-holders.")
    outside_holding: float = Field(
        default=0.7, ge=0.0, le=1.0, description="Assumption: chance that an outside owner takes a stake."
    )
    outsiders_per_listed: float = Field(
        default=1.0, ge=0.0, description="Assumption: unlisted outside owners for each listed party."
    )

    @model_validator(mode="after")
    def _mixture(self) -> Self:
        total = self.wholly_owned + self.at_49 + self.just_above + self.just_below + self.minority
        if total >= 1.0:
            raise ValueError(
                "`wholly_owned`, `at_49`, `just_above`, `just_below` and `minority` must sum to less than 1, "
                f"since the rest is the share of clear majorities; got {total:g}"
            )
        return self


def generate_ownership_graph(
    *, rng: int | np.random.Generator, listed: int = 1300, assumptions: OwnershipAssumptions | None = None
) -> OwnershipGraph:
    """Return a random ownership graph with the reported moments of the entity list.

    `rng` is a seed or a generator, and `listed` the number of listed entities. The moments (about 1,300
    listed, a third of them with a majority-owned affiliate, over 20,000 covered at 50 percent) are
    calibration targets, not findings. All else is assumed; see `OwnershipAssumptions`. `InvalidOwnership` is
    raised if there are too few listed entities or affiliates.

    Examples
    --------
    >>> graph = generate_ownership_graph(rng=0, listed=13)
    >>> graph == generate_ownership_graph(rng=0, listed=13), int(graph.listed.sum())
    (True, 13)
    """
    generator = expect_generator(rng)
    given = assumptions if assumptions is not None else OwnershipAssumptions()
    listed = expect_count("listed entities", listed, error=InvalidOwnership)
    sizes = _level_sizes(listed, given)
    owning = max(1, round(given.owning_share * listed))
    if sizes[0] < owning:
        raise InvalidOwnership(
            f"the number of first-level affiliates, {sizes[0]}, is below the number of listed parties that "
            f"own one, {owning}; raise `affiliates_per_listed`, or lower `owning_share`."
        )
    links = _lead_links(generator, sizes, listed, owning, given)
    stakes = np.concatenate([stakes for _, _, stakes in links])
    outsiders = round(given.outsiders_per_listed * listed)
    links += _other_holders(generator, 1.0 - stakes, listed, outsiders, given)
    return _graph(links, listed, listed + stakes.size + outsiders)


def _lead_links(
    rng: np.random.Generator, sizes: list[int], listed: int, owning: int, given: OwnershipAssumptions
) -> _Links:
    """Return the links of the lead holders, level by level: arrays of owners, entities owned and stakes."""
    links: _Links = []
    holders, first = np.arange(listed), listed
    for level, size in enumerate(sizes):
        entities = np.arange(first, first + size)
        stakes = _lead_stakes(rng, size, given)
        if level == 0:
            stakes[:owning] = rng.uniform(0.51, 1.0, owning)
            leads = _first_leads(rng, stakes, listed, owning, given)
        else:
            leads = rng.choice(holders, size, p=_weights(rng, holders.size, given))
        links.append((leads, entities, stakes))
        holders, first = entities, first + size
    return links


def _level_sizes(listed: int, given: OwnershipAssumptions) -> list[int]:
    weights = given.level_ratio ** np.arange(given.depth)
    sizes = listed * given.affiliates_per_listed * weights / weights.sum()
    return [max(1, round(size)) for size in sizes.tolist()]


def _weights(rng: np.random.Generator, size: int, given: OwnershipAssumptions) -> FloatArray:
    """Return heavy-tailed probabilities by which holders draw affiliates, shape (size,)."""
    weights: FloatArray = np.minimum(1.0 + rng.pareto(given.tail_index, size), given.tail_cap)
    weights /= weights.sum()
    return weights


def _lead_stakes(rng: np.random.Generator, size: int, given: OwnershipAssumptions) -> FloatArray:
    """Return lead stakes from the mixture, fractions, shape (size,)."""
    parts = (
        (given.wholly_owned, 1.0, 1.0),
        (given.at_49, 0.49, 0.49),
        (given.just_above, 0.50, 0.51),
        (given.just_below, 0.48, 0.50),
        (given.minority, 0.05, 0.48),
    )
    edges = np.cumsum([weight for weight, _, _ in parts])
    kind = np.searchsorted(edges, rng.random(size), side="right")
    low = np.array([*(low for _, low, _ in parts), 0.51])[kind]
    high = np.array([*(high for _, _, high in parts), 1.0])[kind]
    stakes: FloatArray = low + (high - low) * rng.random(size)
    return stakes


def _first_leads(
    rng: np.random.Generator, stakes: FloatArray, listed: int, owning: int, given: OwnershipAssumptions
) -> IntArray:
    """Return the listed lead holder of each first-level affiliate; only owning parties hold majorities.

    Each owning party holds one of the first `owning` affiliates. The holders of other majorities are drawn
    from the owning parties by heavy-tailed weights, and the holders of minority stakes uniformly from the
    list.
    """
    owners = rng.permutation(listed)[:owning]
    majority = rng.choice(owners, stakes.size, p=_weights(rng, owning, given))
    leads = np.where(stakes >= 0.5, majority, rng.integers(listed, size=stakes.size))
    leads[:owning] = owners
    return leads


def _other_holders(
    rng: np.random.Generator, rest: FloatArray, listed: int, outsiders: int, given: OwnershipAssumptions
) -> _Links:
    """Return the links of listed co-holders and outside owners, who share `rest`, left by lead holders."""
    entities = np.arange(listed, listed + rest.size)
    links: _Links = []
    for _ in range(given.co_holders):
        joins = rng.random(rest.size) < given.co_holding
        stakes = joins * rest * rng.uniform(0.0, 0.5, rest.size)
        links.append((rng.integers(listed, size=rest.size), entities, stakes))
        rest = rest - stakes
    if outsiders:
        joins = rng.random(rest.size) < given.outside_holding
        stakes = joins * rest * rng.random(rest.size)
        owners = listed + rest.size + rng.integers(outsiders, size=rest.size)
        links.append((owners, entities, stakes))
    return links


def _graph(links: _Links, listed: int, entities: int) -> OwnershipGraph:
    owners, owned, stakes = (np.concatenate(part) for part in zip(*links, strict=True))
    shares = sparse.coo_array((stakes, (owners, owned)), shape=(entities, entities))
    return OwnershipGraph(sparse.csr_array(shares), np.arange(entities) < listed)

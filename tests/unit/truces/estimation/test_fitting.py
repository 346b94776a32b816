"""The entry points of estimation: what is refused, what is kept on the way, what numbers do not depend on."""

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import norm

from negotiation.disputes import load_scenario
from negotiation.errors import InvalidNumber
from negotiation.truces.estimation.checkpoints import identity, load
from negotiation.truces.estimation.estimate import estimate
from negotiation.truces.estimation.fitting import Sampler, fit
from negotiation.truces.estimation.priors import Prior
from negotiation.truces.estimation.sampler import densities_of, gone_on, start, step
from negotiation.truces.estimation.theory_record import theory_record


@dataclass
class Place:
    """A number seen with noise, in three ways."""

    name: str = "place"
    priors: tuple[Prior, ...] = (Prior("at", 0.0, 1.0),)
    observations: tuple[str, ...] = ("one", "two", "three")

    def log_densities(self, parameters):
        return norm.logpdf(np.array([0.2, 0.25, 0.3]), parameters[:, :1], 0.05)


@pytest.mark.long
def test_an_estimate_is_the_fit_of_its_record(tmp_path):
    priors = [Prior("pace.move_rate", 2.0, 20.0, "log", "mine")]
    asked = {
        "until": date(2025, 10, 1), "since": date(2025, 5, 1), "instruments": ["tariff"],
        "parameters": ["pace.move_rate"], "priors": priors,
    }  # fmt: skip
    sampler, told = {"particles": 16, "islands": 2, "seed": 7}, []
    world = load_scenario("us-china-2025")
    direct = fit(theory_record(world, "moment", **asked), **sampler)
    kept = tmp_path / "a.npz"
    with_all = {**sampler, "kept": kept, "progress": lambda *done: told.append(done)}
    for dispute, given in ((world, with_all), ("us-china-2025", {"sampler": Sampler(**with_all)})):
        found = estimate(dispute, "moment", **asked, **given)
        assert (found.model, found.priors, found.seed) == ("moment", tuple(priors), 7)
        np.testing.assert_array_equal(found.draws, direct.draws)
        assert found.lag == direct.lag
    assert told == [(k, 6) for k in range(1, 7)]  # the second time all is read
    assert kept.exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"particles": 100, "islands": 3}, "particles 100 in 3 islands: .* such as 384 in all"),
        ({"particles": -64}, "particles is a whole number of at least 0; got -64"),
        ({"particles": 0}, "particles 0 in 4 islands: .* such as 512"),
        ({"particles": 64, "islands": 0}, "64 in 0 islands: .* such as 128"),
        ({"particles": 36, "islands": 4}, "36 in 4"),
    ],
)
def test_numbers_of_particles_that_do_not_divide_are_refused(given, words):
    with pytest.raises(InvalidNumber, match=words):
        Sampler(**given)


def test_islands_have_lots_of_their_own_and_lots_of_a_seed():
    model, told = Place(), []
    found = fit(model, particles=32, islands=2, seed=3, progress=lambda *done: told.append(done))
    assert (found.model, found.priors, found.observations, found.seed) == (
        model.name, model.priors, model.observations, 3,
    )  # fmt: skip
    assert told == [(k, 6) for k in range(1, 7)]
    densities = densities_of(model)
    for k, island in enumerate(found.islands):
        alone = start(model, densities, 16, (3, k))
        for _ in model.observations:
            alone = step(alone, densities, (3, k))
        np.testing.assert_array_equal(island.coordinates, alone.coordinates)
        np.testing.assert_array_equal(island.scores, alone.scores)
        np.testing.assert_array_equal(island.further, gone_on(alone, densities, (3, k)).further)
    assert not np.array_equal(*(island.coordinates for island in found.islands))
    assert [len(island.further) for island in fit(model, particles=32, lag=False).islands] == [0] * 4


def test_what_took_time_is_kept_on_the_way_and_all_at_the_end(tmp_path):
    path, seen = tmp_path / "a.npz", []

    def look(done, total):
        held = load(path, identity(Place(), 64, 2, 0), 2) if path.exists() else []
        seen.append([island.seen for island in held])

    found = fit(Place(), particles=64, islands=2, kept=path, progress=look)
    last, told = [], []
    for k, island in enumerate(found.islands):
        for t, sweeps in enumerate(island.sweeps, 1):
            last = ([t, 0], [3, t])[k] if np.isfinite(sweeps) else last
            told.append(last)
    assert seen == told
    assert any(told)
    held = load(path, identity(Place(), 64, 2, 0), 2)
    assert [island.further.tolist() for island in held] == [one.further.tolist() for one in found.islands]


def test_densities_are_worked_out_where_it_is_asked_for():
    sent = []

    def sending(work, chunks):
        sent.extend(len(one) for one in chunks)
        return map(work, chunks)

    found = fit(Place(), particles=48, islands=2, lag=False, executor=SimpleNamespace(map=sending))
    assert sent[:4] == [16, 8, 16, 8]  # both islands begin, in chunks
    assert len(sent) > 4
    alone = fit(Place(), particles=48, islands=2, lag=False)
    np.testing.assert_array_equal(found.draws, alone.draws)

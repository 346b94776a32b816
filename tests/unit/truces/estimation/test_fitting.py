"""The entry points of estimation: what is refused, what is kept on the way, what numbers do not depend on."""

from datetime import date

import numpy as np
import pytest

from negotiation.disputes import load_scenario
from negotiation.errors import InvalidNumber
from negotiation.truces.estimation.estimate import estimate
from negotiation.truces.estimation.fitting import Sampler, fit
from negotiation.truces.estimation.priors import Prior
from negotiation.truces.estimation.theory_record import theory_record


@pytest.mark.long
def test_an_estimate_is_the_fit_of_its_record(tmp_path):
    priors = [Prior("pace.move_rate", 2.0, 20.0, "log", "mine")]
    asked = {
        "until": "2025-10-01", "since": date(2025, 5, 1), "instruments": ["tariff"],
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
        ({"particles": 100, "islands": 3}, "`particles` is 100 and `islands` is 3; .* such as 384 in all"),
        ({"particles": -64}, "particles must be a whole number of at least 1; got -64"),
        ({"particles": 64, "islands": 0}, "islands must be a whole number of at least 1; got 0"),
        ({"particles": 36, "islands": 4}, "`particles` is 36 and `islands` is 4; .* such as 512"),
        ({"seed": -1}, "`seed` must be a whole number of at least 0; got -1"),
    ],
)
def test_numbers_of_particles_that_do_not_divide_are_refused(given, words):
    with pytest.raises(InvalidNumber, match=words):
        Sampler(**given)

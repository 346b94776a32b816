"""What a posterior shows: its table, its figure, and itself for other software."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import norm

from negotiation.errors import UnknownParameter
from negotiation.truces.estimation.fitting import fit
from negotiation.truces.estimation.priors import Prior


@dataclass(frozen=True)
class Place:
    """A number seen with noise, and another that nothing tells of."""

    seen: tuple[float, ...] = (3.0, 3.4, 2.6)
    name: str = "place"
    priors: tuple[Prior, ...] = (Prior("at", -10.0, 10.0), Prior("unseen_rate", 0.1, 10.0, "log"))

    @property
    def observations(self):
        return tuple(map(str, self.seen))

    def log_densities(self, parameters):
        return norm.logpdf(np.array(self.seen), parameters[:, :1], 0.5)


@pytest.fixture(scope="module")
def found():
    return fit(Place(), particles=2048)


@pytest.mark.long
def test_what_was_learned_is_the_prior_of_what_is_seen_next(found):
    """Three numbers, then two: the posterior and the evidence are those of five at once."""
    later, everything = (3.3, 2.9), (*Place().seen, 3.3, 2.9)
    at, unseen = found.as_priors()
    assert (at.name, at.low, at.high, unseen.scale) == ("at", -10.0, 10.0, "log")
    assert at.source == "posterior of place, 3 observations"
    assert abs(unseen.middle) < 0.15
    assert unseen.spread == pytest.approx(1.0, abs=0.1)
    once = [fit(Place(everything), particles=1024, seed=k) for k in range(8)]
    first = [fit(Place(), particles=1024, seed=k) for k in range(8)]
    then = [fit(Place(later, priors=one.as_priors()), particles=1024, seed=k) for k, one in enumerate(first)]
    for number in (lambda f: f.mean("at"), lambda f: f.quantile("at", 0.95)):
        one, two = np.array([number(f) for f in once]), np.array([number(f) for f in then])
        assert one.mean() == pytest.approx(two.mean(), abs=3 * np.hypot(one.std(), two.std()) / 8**0.5)
        assert one.std() < 0.1
    parts = zip(once, first, then, strict=True)
    gains = np.array([a.log_evidence - b.log_evidence - c.log_evidence for a, b, c in parts])
    assert abs(gains.mean()) < 3 * gains.std() / 8**0.5 + 0.02
    assert [prior.name for prior in found.as_priors(["at"])] == ["at"]
    with pytest.raises(UnknownParameter, match="elsewhere"):
        found.as_priors(["elsewhere"])
    axis = fit(Place(later, priors=found.as_priors()), particles=64).plot()
    (left, width), _ = [(patch.get_x(), patch.get_width()) for patch in axis.patches]
    ends = 3.0 + norm.ppf([0.05, 0.95]) * 0.5 / np.sqrt(3)
    np.testing.assert_allclose([left, left + width], (ends + 10) / 20, atol=0.005)

"""Draws whose payoffs and numbers are given, for claims about games that are worked out by hand."""

import numpy as np

from tests.us_china import SCENARIO


class GivenDraws:
    """What claims ask of `ParameterDraws`: D settings, of which nothing is drawn.

    `payoffs` is one array for whatever game is asked for, or a function of its levels and state.
    """

    def __init__(self, payoffs, delta=0.9, scenario=SCENARIO, **numbers):
        self.given, self.scenario, self.numbers, self.cache = payoffs, scenario, numbers, {}
        several = [np.shape(x)[0] for x in (delta, *numbers.values()) if np.ndim(x)]
        self.count = several[0] if several else len(payoffs)
        self.discount_factor = np.broadcast_to(np.asarray(delta, dtype=float), (self.count,))

    def __len__(self):
        return self.count

    def __iter__(self):
        return iter([self.scenario] * self.count)

    def payoffs(self, levels, *, state=None):
        return self.given(levels, state) if callable(self.given) else self.given

    def number(self, name):
        return np.broadcast_to(np.asarray(self.numbers[name], dtype=float), (self.count,))

    def kept(self, key, make):
        if key not in self.cache:
            self.cache[key] = make()
        return self.cache[key]

"""What the theory *moment* says of an agreement's legs draw by draw, in the likeliest state of the day."""

from functools import cache

import numpy as np

from negotiation.disputes.parameter_draws import sobol_draws
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.theories import theory
from negotiation.truces.theories.common.game_batch import game_batch
from negotiation.truces.verdicts.agreements import truce

DRAWS = 256


@cache
def drawn(world):
    """The draws that verdicts are asked at first: scrambled Sobol, seed 0."""
    return sobol_draws(world, DRAWS, np.random.default_rng(0))


def asked(name, world, instruments=None):
    """The question of an agreement in all draws, in the game of some instruments, or in the largest."""
    text, draws = truce(name, world), drawn(world)
    state = state_of_the_day(text, world).likely
    return game_batch(
        text, world, state, varied=draws.values, delta=draws.discount_factor, instruments=instruments
    )


def holding(name, world, instruments=None):
    """In which draws each leg holds."""
    return {
        leg: found.holds for leg, found in theory("moment").judge(asked(name, world, instruments)).items()
    }


def gaining(name, world):
    """In which draws each side gains by a departure that makes something that the text covers harsher."""
    posed = asked(name, world)
    covered = {country: [n for c, n in posed.terms if c == country] for country in posed.players}
    found = {}
    for i, own in enumerate(theory("moment").departures(posed)):
        breach = [
            any(
                n in covered[posed.players[i]] and posed.is_harsher(posed.players[i], n, x)
                for n, x in to.items()
            )
            for to in posed.changes[i]
        ]
        best = own.value[:, breach].max(axis=1, initial=-np.inf)
        found[posed.players[i]] = best > posed.tolerances[:, i]
    return found

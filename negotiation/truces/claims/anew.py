"""Claims about repeated bargaining over the small game in USD bn, with talks at the pace of past talks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes.parameter_draws import ParameterDraws
from negotiation.disputes.periods import TIME_PARAMETERS
from negotiation.truces.claims.definition import Claim, kept_with_draws
from negotiation.truces.claims.small_game import SMALL, STATE_PARAMETERS
from negotiation.truces.record.renewals import chance_a_period, rounds_a_year
from negotiation.truces.studies.negotiated_anew import Relations

# Parameters that have no effect in these games, except in the claims about the clock and the authority.
ELSEWHERE = ("chip", "substitution", "truce", "renewal", "authority")
READ = (
    *TIME_PARAMETERS,
    "USA.gdp",
    "CHN.gdp",
    *(name for name in STATE_PARAMETERS if not any(word in name for word in ELSEWHERE)),
)
DRAWS = 256
PACE = (
    "Full dependence on the curb. How often talks are held is counted from four agreements on record, and "
    "held at that count in all draws; payments are possible."
)


@kept_with_draws
def changed(draws: ParameterDraws, name: str) -> FloatArray:
    """Return what a change adds to each side's negotiated payoff in each draw, USD bn a year, shape (D, 2).

    `name` is a key of `CHANGES` in `studies/negotiated_anew.py`. The state has full stocks.
    """
    # Talks come at a yearly rate, so their chance in a period grows with the draw's length of a period.
    rounds = np.full(len(draws), rounds_a_year(draws.scenario).value)
    chances = chance_a_period(rounds, draws.number("reaction_lag_days")).tolist()
    state = replace(draws.scenario.default_state, stocks=2)
    gains = [
        Relations(world, state, "small").changes(chance, [name])[0][name]
        for world, chance in zip(draws, chances, strict=True)
    ]
    return np.array(gains)


def claim_of(
    name: str,
    order: int,
    statement: str,
    change: str,
    signs: Mapping[str, int],
    note: str,
    also: tuple[str, ...] = (),
) -> Claim:
    """Return the claim that a change raises (sign 1) or lowers (sign -1) each side's negotiated payoff.

    `signs` are by side, `change` is as in `changed`, and `also` are further parameters that the claim reads.
    """

    def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
        """Return the change of each side's payoff times its sign, shape (D,)."""
        gains, sides = changed(draws, change), draws.scenario.countries
        return {side: sign * gains[:, sides.index(side)] for side, sign in signs.items()}

    reads, notes = (*READ, *also), f"{PACE} {note}"
    return Claim(name, 10, order, statement, inequalities, SMALL, reads, "USD bn a year", notes, DRAWS)


CLAIMS = (
    claim_of(
        "full_stocks_make_the_curb_pay", 1,
        "With US stocks full a period's use of the curb raises what China negotiates afterwards.",
        "use, stocks full", {"CHN": 1},
        "Emptied stocks against dependence that is lost.",
    ),
    claim_of(
        "curb_is_spent_without_stocks", 2,
        "With US stocks gone a period's use of the curb lowers what China negotiates afterwards.",
        "use, stocks gone", {"CHN": -1},
        "Without use stocks would begin to fill, which use prevents.",
    ),
    claim_of(
        "clock_pays_china", 3,
        "A one-year clock, in which nothing is bargained anew, raises what China negotiates.",
        "clock", {"CHN": 1},
        "A renewal carries on what was agreed; stocks are full.",
        ("state.renewal_probability",),
    ),
    claim_of(
        "authority_pays_usa", 4,
        "The USA negotiates more while its tariff authority is in force than once it is lost.",
        "authority", {"USA": 1},
        "While it is in force the small game has no US tariff below Geneva's; stocks are full.",
        ("state.authority_loss",),
    ),
    claim_of(
        "precedent_pays_both", 5,
        "Both sides negotiate more with controls on the table than where both have yet to put them there.",
        "precedent", {"USA": 1, "CHN": 1},
        "Until then controls stand at their holder's static best reply; stocks are full.",
    ),
)  # fmt: skip

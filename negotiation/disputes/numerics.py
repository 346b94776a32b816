"""Limits and tolerances of the computations of a dispute, such as the largest game that is built."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Limits and tolerances of the computations of a dispute.

    Examples
    --------
    >>> NUMERICS.surest_year < 1.0
    True
    """

    # Most action profiles of a posture game: its payoffs, two doubles a profile, take 320 MB.
    largest_game: int = 20_000_000

    # A yearly chance counts as no surer than this: the hazard behind it, -log(1 - chance), stays finite.
    surest_year: float = 1.0 - 1e-12

    # Days: rates a year are made from the chances of a period this short, in which no chance reaches 1.
    short_period: float = 2.0**-6

    # Most options of a game in continuous time: targets, payoffs and events, 24 bytes each, take 720 MB.
    most_options: int = 30_000_000

    # Changed parameters in a scenario's representation: more than an example of a test changes, about 1,000
    # characters; a draw changes all of them.
    most_shown: int = 20

    # The years that a date of a file may have: records begin after the first, and week by week a record of a
    # later end than the last would be followed for hours.
    first_year: int = 1900
    last_year: int = 2100

    # Most draws of parameters: with some 100 numbers each they take 200 MB.
    most_draws: int = 2**18

    # Wages of the world are found when no log wage moves by more: an error of its square is left.
    wage_step: float = 1e-7

    # Or when no region's excess demand is a larger share of its income: rounding leaves some 1e-15.
    cleared: float = 1e-14

    # Newton steps for them: five are usual, ten where a tariff is prohibitive.
    most_wage_steps: int = 50

    # A path of payoffs is followed for so many periods, at so many of them: payoffs move in the first years.
    longest_path: int = 4096
    path_days: int = 48

    # A best tariff is looked for up to here, a fraction of the price, on grids of so many rates.
    highest_rate: float = 10.0
    rates_at_once: int = 41

    # Until it is known to this step: a hundredth of a point.
    rate_step: float = 1e-4

    # The interval of an elasticity is halved to the last digit of a float, and its upper end stays below 1.
    halvings: int = 52

    # exp of more is no float; by then the scarce input alone binds.
    largest_power: float = 700.0

    # Spending is given in USD, flows beside GDP in USD bn.
    usd_a_billion: float = 1e9


NUMERICS = Numerics()

"""The tolerances and limits of results on truces, in one place.

Tolerances that the whole package shares (knife edge, regret) are in `negotiation/base/numeric.py`.
"""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Limits of the games of agreements, and the reasons for their sizes."""

    # Most days by which a step took effect before it was announced (`record/moves.py`): duties reach back by
    # up to two months, letters to firms are known within weeks; beyond a quarter one of the days is wrong.
    known_late: int = 92
    # Draws whose games are held in memory together (`claims/enforcement.py`, `revealed/gains.py`): the
    # largest game of a text on record, with 3,000 profiles, then takes 3 MB, which stays in a processor's
    # cache.
    draws_at_once: int = 64
    # Settings of the parameters at which theories are solved together (`verdicts/verdict.py`): the game of
    # all instruments has some 10^5 profiles, 2 MB per setting.
    settings_at_once: int = 16
    # Most profiles of the game that theories judge (`theories/common/game_batch.py`): with so many, a payoff
    # set takes a tenth of a second, and there is one for each draw.
    largest_game: int = 250_000
    # Difference of two margins, in ranges of the player's payoffs, below which departures count as equally
    # close (`theories/common/legs.py`): parameters that are known to two digits at best cannot resolve it.
    as_close: float = 2e-5
    # Most profiles, over all states together, of the game that theories judge where the world moves
    # (`theories/common/in_states.py`): its payoff sets take some five seconds, more than in proportion where
    # there are more. The largest game of the disputes has seven times as many in a single state.
    largest_moving: int = 20_000
    # Ratios of worth to cost of a control that are tried, beside 0: as far as the priors reach; and between
    # the two where a verdict turns, half a percent apart.
    ratios: tuple[float, float] = (0.01, 128.0)
    ratios_tried: int = 63
    ratios_between: int = 33

    # Greatest weight on an interest that is tried (`studies/turning_weights.py`): ten times the payoff.
    # Weights below it are halved so often, and the least one is found to this share of itself.
    most_weight: float = 10.0
    weight_doublings: int = 8
    weight_step: float = 0.01
    # Halvings of a range to where a verdict turns (`theories/common/turning.py`): two digits are shown.
    turning_steps: int = 6
    # Parameters that are taken in pairs where none turns a verdict alone: those that move it most.
    paired: int = 6
    # Between these chances lies the range of how often talks are held (`record/renewals.py`): the
    # central 95 percent, as for the shares of claims.
    rounds_interval: tuple[float, float] = (0.025, 0.975)
    # Values of each of a pair at which the share of the box is taken.
    pair_grid: int = 5
    # Most states of an agreement's automaton (`compiling/clock.py`): periods left times what is being
    # answered. With more its check takes minutes, and a memoryless clock says the same of incentives.
    most_states: int = 2000
    # Discount factors closer than this count as one (`claims/linkage.py`): each is known to about 1e-11.
    same_threshold: float = 1e-9
    # Gains below this count as none, percent of GDP (`claims/linkage.py`): the inner and the outer bound of a
    # payoff set, from which bargains are made, are about so far apart.
    no_gain_by_linkage: float = 1e-8
    # Changes of negotiated payoffs below this count as none, USD bn a year, one dollar
    # (`studies/negotiated_anew.py`): where nothing agreed lasts they are 0 but for rounding.
    no_change: float = 1e-9
    # Part of its width by which an interval has to grow without an episode for that to count as what cuts it
    # (`revealed/revealed.py`): less is the noise of some thousand draws.
    least_cut: float = 0.05
    # Of a likelihood's argument, to read its slope off: so small that its square is lost beside any number.
    imaginary_step: float = 1e-30
    # No outcome of a week is given less by any predictor that is scored or played forward, nor is a row of a
    # forecast scored nearer to 0 or 1 (`prediction/chances.py`): one such move in four years of weeks. A log
    # score then costs at most 5.3 nats. Baselines and model share it, since a difference of floors alone
    # would pass for skill.
    least_chance: float = 0.005

    # Mean length of a block of weeks that is drawn together for an interval (`prediction/cell_scores.py`).
    weeks_of_a_block: float = 52.0
    # The same of months, from which forecasts are made twelve months ahead.
    months_of_a_block: float = 12.0
    # Bounds of the shape of the gamma distribution of rates (`baselines/shrunk_hazard.py`): at the lower one
    # nearly all moves are of one series, at the upper one series differ by 1 in 100.
    shapes_of_rates: tuple[float, float] = (0.01, 1e4)
    # Bounds of fitted rates of moves a day (`baselines/two_pace.py`, `self_exciting.py`): from one in some
    # centuries to two a day.
    rates_of_moves: tuple[float, float] = (1e-5, 2.0)
    # Bounds of how long a pace lasts on average (`baselines/two_pace.py`): what passes within four weeks is a
    # round of moves and answers (`ANSWER` twice), and ten years is longer than the record.
    days_of_a_pace: tuple[float, float] = (28.0, 3650.0)
    # Bounds of the mean lag after which a move begets others (`baselines/self_exciting.py`).
    days_of_a_lag: tuple[float, float] = (2.0, 730.0)
    # Bounds of how many moves one begets on average (`baselines/self_exciting.py`): from 1 on there is no
    # rest.
    moves_begotten: tuple[float, float] = (1e-3, 0.95)

    # Change, relative, from which on numbers of the largest likelihood count as settled
    # (`prediction/likeliest.py`): some hundred roundings of a double.
    slope_left: float = 1e-13
    # Most steps that bring slopes to zero; rounding may keep them from `slope_left`.
    steps_of_settling: int = 60
    # How far a search may have ended from where it settles, in logarithms of rates; what goes farther seeks
    # another place.
    way_of_settling: float = 0.1

    # Files of disputes that are kept as they were read (`record/until_changed.py`).
    files_kept: int = 256
    # Scenarios of which what was found in their record is kept.
    records_kept: int = 16
    # Agreements and levels whose games a theory keeps (`prediction/games_of_the_day.py`): origins go by in
    # order, and the largest games take some 300 MB.
    games_kept: int = 2
    # Theories, in as many settings of a dispute, whose games are kept.
    theories_kept: int = 16

    # Clocks for which the share of all legs stands in the chance of a renewal in one leg
    # (`prediction/forecast.py`): as many as have run out in one leg.
    clocks_of_all_legs: float = 2.0

    # Steps up for which the share of all series stands in a series' share that change the level
    # (`prediction/named_events.py`), as for clocks. Assumption of decision 68.
    steps_of_all_series: float = 2.0

    # Points at which the factor of a spell is integrated out, and the ends of the band of a number.
    points_of_a_factor: int = 64
    band_of_a_number: tuple[float, float] = (0.05, 0.95)

    # Standard deviation of the offset of log odds before anything is learned (`pools/logit_pool.py`): half as
    # many moves again, or a third fewer. This and the next two are assumptions (decision 54).
    spread_of_offset: float = 0.5
    # The same of the slope on the base, about one: a quarter steeper or flatter.
    spread_of_slope: float = 0.25
    # The same of the slope on the theory, about nothing: half the slope of the base is two away.
    spread_of_theory: float = 0.25
    # Most steps to the largest penalised likelihood (`pools/logit_pool.py`): concave, some six do.
    newton_steps: int = 50
    # Sum of squares of the last step from which on that is settled.
    newton_settled: float = 1e-10


NUMERICS = Numerics()

"""The limits of games and of their files, in one place."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Limits of the size of a game, and the reasons for their sizes."""

    # Payoffs of a product game, or probabilities of a joint signal: 16 MB as floats, and about 200 as
    # fractions.
    most_product_entries: int = 2_000_000
    # Action profiles, of all states together, of a game that a function takes which passes through them: as
    # many as the largest game of postures has; the payoffs of two players take 320 MB.
    most_profiles: int = 20_000_000
    # Action profiles of a game for each of which a linear program is solved: a millisecond each.
    most_program_profiles: int = 200_000
    # Least discount factor that floats compute with: payoffs of up to 1e120 over it, and its inverse squared,
    # are far from overflow.
    least_discount_factor: float = 1e-100
    # Bytes of a dense array of transitions; larger games have sparse or factored ones.
    most_dense_bytes: int = 1 << 30
    # Bytes of a file that is read: 25 million payoffs of one digit, or 2.5 million as floats. With the two
    # limits that follow, reading takes less than 1 GiB of memory.
    most_file_bytes: int = 48 << 20
    # Digits of all numbers of a file that are not written alike, the exponents counted along ("1e-400" is a
    # fraction of 400 digits): as whole numbers they take 110 MB.
    most_file_digits: int = 1 << 28
    # Actions of all players of a file together: their labels take a few hundred bytes each.
    most_file_actions: int = 200_000
    # Numbers of a file that are kept by how they are written, so that each lies in memory once.
    most_known_numbers: int = 1 << 16
    # Distance from 1 of the probabilities of a file together that is their rounding to a few digits; they are
    # divided by their sum.
    rounded_sum: float = 1e-4
    # Values of a file in JSON, lists and objects counted along: five times those of the largest game of the
    # catalogue, in less than 1 GiB of memory.
    most_file_values: int = 5_000_000
    # Players in a file: an array has an axis for each, and one more for whose payoff it is.
    most_file_players: int = 30
    # Characters of a number in a file: Python reads integers of up to 4,300 digits.
    longest_number: int = 2000
    # Exponent of a number in a file, with room beyond the 308 of a double.
    most_exponent: int = 400

    # Floats as rational numbers (`plain_payoffs.py`).

    # Largest denominator of one payoff, as a share of the range, in the plain reading of floats: two
    # fractions with such denominators are at least 1e-8 apart, far more than a knife edge.
    plain_denominator: int = 10_000
    # Largest common denominator of a player's payoffs in that reading: beyond it the grid is finer.
    plain_common_denominator: int = 10**9
    # Steps of the range to which other floats are rounded.
    payoff_grid: int = 2**52


NUMERICS = Numerics()

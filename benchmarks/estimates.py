"""Time one evaluation of each theory's record, and the same from nothing: a record that has explained no row.

The second is what every row would cost if nothing were kept from one to the next.
"""

import time
from datetime import date

import numpy as np

from negotiation.truces.estimation.priors import parameters_at
from negotiation.truces.estimation.theory_record import theory_record
from negotiation.world import load_scenario

THEORIES = ("each for itself", "moment", "custom in kind", "shadow linkage", "renegotiation")
WORLD = load_scenario("us-china-2025")
ROWS = 12


def record(theory):
    return theory_record(WORLD, theory, until=date(2025, 12, 1), since=date(2025, 1, 1), size="core")


def seconds(work):
    began = time.process_time()
    work()
    return (time.process_time() - began) / ROWS


def main():
    for theory in THEORIES:
        used = record(theory)
        draws = np.random.default_rng(20251130).standard_normal((ROWS, len(used.priors)))
        rows = parameters_at(used.priors, draws)
        used.log_densities(rows[:1])
        kept = seconds(lambda used=used, rows=rows: used.log_densities(rows))
        anew = seconds(
            lambda theory=theory, rows=rows: [record(theory).log_densities(row[None]) for row in rows]
        )
        print(f"{theory}: {kept:.4f} s a row; from nothing {anew:.4f} s, {anew / kept:.1f} times as much")


if __name__ == "__main__":
    main()

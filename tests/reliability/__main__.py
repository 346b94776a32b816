"""Measure what the lab and the files bear, and write the page that says it.

    python -m tests.reliability                    everything, many minutes; prints the tables
    python -m tests.reliability kills full_disks   only these
    python -m tests.reliability --write            put the tables into docs/explanation/reliability.md
    python -m tests.reliability --share 0.1        a tenth of the cases

Each module of this folder whose name begins neither with `_` nor with `test_` is a section of the page: its
docstring says what is done, `TITLE` heads it, `measure(budget, rng)` returns a
`negotiation.base.labelled.Table`, and the columns in `FORBIDDEN` have to be zero. Ends with 1 if one is not.
"""

import argparse
import sys

from tests.reliability._budget import Budget
from tests.reliability._page import PAGE, measured, page_with, section_names, trespasses


def main(words: list[str]) -> int:
    """Measure the chosen sections, print their tables, and write them where that is asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__.splitlines()[0])
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(section_names()))
    parser.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.name}")
    parser.add_argument("--share", type=float, default=1.0, help="of the cases of a full run; 1 if not given")
    parser.add_argument("--seed", type=int, default=0, help="of the random choices; 0 if not given")
    chosen = parser.parse_args(words)
    unknown = set(chosen.sections) - set(section_names())
    if unknown:
        parser.error(f"no section {min(unknown)!r}; there are {', '.join(section_names())}")
    budget = Budget(chosen.share, say=lambda text: sys.stderr.write(text))
    found = 0
    for name in chosen.sections or section_names():
        table = measured(name, budget, chosen.seed)
        sys.stdout.write(f"{table}\n\n")
        sys.stdout.flush()
        for trespass in trespasses(name, table):
            sys.stdout.write(f"NOT ALLOWED: {trespass}\n")
            found += 1
        if chosen.write:
            PAGE.write_text(page_with(name, table), encoding="utf-8")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Store what members of the pool say of past months: `python docs/past_chances.py --write`.

`negotiation forecast` reads it. It is of the package's files as they are, so that it is made last. Without
`--write` it says whether it still is. With OPENBLAS_NUM_THREADS=1 it takes half a minute.
"""

import argparse

from negotiation.disputes import load_scenario
from negotiation.report.past_chances import DISPUTE, STORED, is_current, write_past_chances


def main():
    """Store the chances, or say whether those that are stored are current."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true")
    if options.parse_args().write:
        world = load_scenario(DISPUTE)
        write_past_chances((world, world.as_of(world.definition.date)))
    print(f"{STORED.name}: {STORED.stat().st_size} bytes, {'current' if is_current() else 'stale'}")


if __name__ == "__main__":
    main()

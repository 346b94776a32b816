"""Hold the entry points against slow plain referees on random games.

python -m tests.adversary --games 20000 --seed 1 --workers 2
python -m tests.adversary --games 20000 --seed 1 --workers 2 --write   also into the page `report.PAGE`
python -m tests.adversary --games 2000 --part continuous   or `transfers`; not on the page

Shows progress, prints tables by entry point and reason, then what was wrong; ends with 1 if
anything was.
"""

import argparse
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.adversary import report
from tests.adversary.suite import PARTS, Count, run, together

CHUNK = 180
"""Cases of one task: twenty of each family, some seconds."""


def counts(seed: int, games: int, workers: int, part: str = "periods") -> Iterator[Count]:
    """Yield what came of each part of a run."""
    starts = range(0, games, CHUNK)
    with ProcessPoolExecutor(workers) as pool:
        tasks = [
            pool.submit(run, seed, range(start, min(start + CHUNK, games)), PARTS[part]) for start in starts
        ]
        for task in as_completed(tasks):
            yield task.result()


def main(arguments: list[str] | None = None) -> int:
    """Run the suite as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m tests.adversary")
    parser.add_argument("--games", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--part", choices=list(PARTS), default="periods", help="periods alone are on the page"
    )
    parser.add_argument("--write", action="store_true", help="put the tables into the page")
    given = parser.parse_args(arguments)
    parts: list[Count] = []
    done = 0
    for part in counts(given.seed, given.games, given.workers, given.part):
        parts.append(part)
        done += CHUNK
        wrong = sum(sum(each.wrong.values()) for each in parts)
        sys.stderr.write(f"\r{min(done, given.games)} of {given.games} games, {wrong} wrong")
    total = together(parts)
    section = report.text(total, given.seed, PARTS[given.part])
    sys.stdout.write(f"\n{section}\n\n" + "".join(f"{fault}\n" for fault in sorted(total.faults)))
    if given.write and given.part == "periods":
        report.write(section)
    return 1 if total.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

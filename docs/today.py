"""Say whether the file that the command without arguments prints is today's; `--write` makes it again."""

import sys

from negotiation.asking.today import STORED, today
from negotiation.disputes.loading import MAIN, load_scenario


def made() -> str:
    """Return what holds on the last day of the record of the main dispute."""
    world = load_scenario(MAIN)
    return "\n".join([*today(world.as_of(world.definition.date)), ""])


if __name__ == "__main__":
    if "--write" in sys.argv:
        STORED.write_text(made(), encoding="utf-8")
    sys.exit(STORED.read_text(encoding="utf-8") != made())

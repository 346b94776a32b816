"""Each for itself: nothing is answered, so a leg holds where nothing in it is tempting now."""

from __future__ import annotations

import numpy as np

from negotiation.checks.verify import verify
from negotiation.numeric import FloatArray
from negotiation.truces.theories.machinery.legs import departure_gains, in_one_leg
from negotiation.truces.theories.machinery.question import Question
from negotiation.truces.theories.machinery.theory import Play, Theory


def margins(asked: Question) -> tuple[FloatArray, ...]:
    """Return minus the gain of a period of each departure within one leg, shape (D, n_i) by player."""
    return tuple(
        np.where(asked.harsher[i] & in_one_leg(asked, i), -departure_gains(asked.whole, i), np.inf)
        for i in range(2)
    )


def plays(asked: Question) -> tuple[Play, ...]:
    """Return the check of each leg's kept levels as an equilibrium of the leg's stage game."""
    found = []
    for leg in asked.scenario.legs:
        stage = asked.stage(asked.ceilings(leg))
        found.append(Play((leg,), stage, None, verify(stage, stage.labels((0, 0)))))
    return tuple(found)


THEORY = Theory(
    name="each for itself",
    order=1,
    statement="Nobody answers anything: each side keeps a leg only as long as that pays by itself.",
    phases="none",
    outside="the stage equilibrium",
    off_path="nothing",
    margins=margins,
    plays=plays,
    has_term=False,
)

"""What a theory says of a leg, made up."""

import numpy as np

from negotiation.truces.verdicts.drawn import MARGINS, Drawn
from negotiation.truces.verdicts.theory_verdicts import TheoryVerdict


def theory_row(leg="control", margin=1.0, player="USA", departure=(("tariff", "peak"),), share=None, **more):
    """Return a row; `share` is of 1000 draws, in all of which what is kept is rational."""
    drawn = None
    if share is not None:
        each = np.where(np.arange(1000) < round(1000 * share), 1.0, -1.0)
        drawn = Drawn(
            **dict.fromkeys(MARGINS, each),
            rational=each == each,
            breaking=np.frompyfunc(lambda _: (), 1, 1)(each),
        )
    values = {
        "theory": "moment", "gain": 0.5, "loss": 0.5 + margin, "by_path": False, "rational": True,
        "any_harsher": margin, "any_change": margin, "dated": margin, "last": margin, "day": None,
        "by_class": {}, "breaking": (), "certificates": (), "certified": True, "drawn": drawn,
    } | more  # fmt: skip
    return TheoryVerdict(leg=leg, margin=margin, player=player, departure=departure, **values)

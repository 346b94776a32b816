"""What a theory says of a leg, made up."""

from negotiation.truces.verdicts.counts import Counts
from negotiation.truces.verdicts.theory_verdicts import TheoryVerdict


def theory_row(leg="control", margin=1.0, player="USA", departure=(("tariff", "peak"),), share=None, **more):
    """Return a row; `share` is of 1000 draws, in all of which what is kept is rational."""
    held = None if share is None else round(1000 * share)
    values = {
        "theory": "moment", "gain": 0.5, "loss": 0.5 + margin, "by_path": False, "rational": True,
        "any_harsher": margin, "any_change": margin, "dated": margin, "last": margin, "day": None,
        "by_class": {}, "breaking": (), "certificates": (), "certified": True, "named": {},
        "counts": None if held is None else Counts(1000, *[held] * 5, 0),
    } | more  # fmt: skip
    return TheoryVerdict(leg=leg, margin=margin, player=player, departure=departure, **values)

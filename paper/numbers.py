"""Every number of the text, from stored tables; the text uses them as macros, and none is typed."""

import pandas as pd

from negotiation.report.paper.numbers import Number, day, decimal, percent, reads, significant, whole, words


@reads("truces", "moves", "instruments", "calibration")
def record_numbers(data):
    """Return days and sizes of the record."""
    truces = data["truces"].set_index("place")
    found = {f"{place}Signed": day(pd.Timestamp(row["signed"])) for place, row in truces.iterrows()}
    return found

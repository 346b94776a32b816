"""Numbers of the record: its days and sizes, and its tariff rates."""

import pandas as pd

from paper.machinery.numbers import day, decimal, reads, whole

ENDS = pd.Timestamp("2025-11-30")


@reads("truces", "moves", "instruments", "calibration", "clauses", "spells")
def record_numbers(data):
    """Return days and sizes of the record."""
    truces = data["truces"].set_index("place")
    found = {f"{place}Signed": day(pd.Timestamp(row["signed"])) for place, row in truces.iterrows()}
    calibration, moves = data["calibration"], data["moves"]
    quantities = calibration.set_index("name")["value"]
    yearly, lag = quantities["discount_factor_annual"], quantities["reaction_lag_days"]
    levels = data["instruments"]
    return found | {
        "RecordEnds": day(ENDS),
        "GenevaWindowEnds": day(pd.Timestamp(truces.loc["Geneva", "window_end"])),
        "GenevaClock": whole(truces.loc["Geneva", "clock_days"]),
        "Moves": whole(len(moves)),
        "MovesMapped": whole(moves["instrument"].notna().sum()),
        "Instruments": whole(levels["instrument"].nunique()),
        "InstrumentsHeld": whole(len(levels.groupby(["country", "instrument"]))),
        "Levels": whole(len(levels)),
        "Clauses": whole(len(data["clauses"])),
        "ClausesCheckable": whole(data["clauses"]["checkable"].sum()),
        "Parameters": whole(len(calibration)),
        "Assumptions": whole(calibration["assumption"].sum()),
        "Lag": whole(lag),
        "YearlyDiscount": decimal(yearly),
        "Discount": decimal(yearly ** (lag / 365), 3),
        "RecordWeeks": whole(data["spells"]["weeks"].sum()),
        "Precision": whole(quantities["logit.precision"]),
    }


@reads("tariff_rates")
def tariff_numbers(data):
    """Return truce rates and stage Nash rates."""
    rates = data["tariff_rates"].set_index(["country", "rate"])["percent"]
    return {
        "GenevaRateUSA": decimal(rates["USA", "geneva"], 1),
        "GenevaRateCHN": decimal(rates["CHN", "geneva"], 1),
        "PeakRateUSA": decimal(rates["USA", "peak"], 1),
        "PeakRateCHN": decimal(rates["CHN", "peak"], 1),
        "NashShort": decimal(rates["USA", "nash_short"], 0),
        "NashLongUSA": decimal(rates["USA", "nash_long"], 1),
        "NashLongCHN": decimal(rates["CHN", "nash_long"], 1),
    }

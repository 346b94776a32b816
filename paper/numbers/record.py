"""Numbers of the record: its days, its sizes, its tariff rates."""

import pandas as pd

from paper.machinery.numbers import day, decimal, reads, whole

ENDS = pd.Timestamp("2026-10-10")


@reads("truces", "moves", "instruments", "calibration", "tariff_rates")
def record_numbers(data):
    """Return days and sizes of the record."""
    truces = data["truces"].set_index("place")
    calibration, moves = data["calibration"], data["moves"]
    quantities = calibration.set_index("name")["value"]
    yearly, lag = quantities["discount_factor_annual"], quantities["reaction_lag_days"]
    rates = data["tariff_rates"].set_index(["country", "rate"])["percent"]
    return {f"{place}Signed": day(pd.Timestamp(row["signed"])) for place, row in truces.iterrows()} | {
        "RecordEnds": day(ENDS),
        "GenevaClock": whole(truces.loc["Geneva", "clock_days"]),
        "PeakRateUSA": decimal(rates["USA", "peak"], 0),
        "PeakRateCHN": decimal(rates["CHN", "peak"], 0),
        "Moves": whole(len(moves)),
        "MovesMapped": whole(moves["instrument"].notna().sum()),
        "Instruments": whole(data["instruments"]["instrument"].nunique()),
        "Parameters": whole(len(calibration)),
        "Assumptions": whole(calibration["assumption"].sum()),
        "Lag": whole(lag),
        "YearlyDiscount": decimal(yearly),
        "Discount": decimal(yearly ** (lag / 365), 3),
    }

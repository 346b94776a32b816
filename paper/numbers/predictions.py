"""Numbers of predictions: scores over the record, frozen forecasts, other disputes."""

from paper.machinery.numbers import SAMPLED, decimal, percent, reads, whole, words
from paper.numbers.theories import THEORIES


@reads("scores", "mechanisms")
def score_numbers(data):
    """Return log scores, gains of mechanisms, and how many intervals leave out zero."""
    scores = data["scores"].set_index(["predictor", "leg"])
    added = data["mechanisms"].set_index("mechanism")
    single = added[~added.index.str.startswith("(")]
    away = single[(single["low"] > 0) | (single["high"] < 0)]
    return {
        "Cells": whole(scores.loc[("all", "all"), "cells"]),
        "CellsMoved": whole(scores.loc[("all", "all"), "moved"]),
        "ScoreAll": decimal(scores.loc[("all", "all"), "log"], 3, tolerance=SAMPLED),
        "ScorePlain": decimal(scores.loc[("plain", "all"), "log"], 3, tolerance=SAMPLED),
        "ScoreCoin": decimal(scores.loc[("coin", "all"), "log"], 3, tolerance=SAMPLED),
        "ScoreMarkov": decimal(scores.loc[("markov", "all"), "log"], 3, tolerance=SAMPLED),
        "ScoreHold": decimal(scores.loc[("hold", "all"), "log"], 3, tolerance=SAMPLED),
        "ScoreMirror": decimal(scores.loc[("mirror", "all"), "log"], 3, tolerance=SAMPLED),
        "GainCoverage": decimal(single.loc["coverage", "alone"], 3, tolerance=SAMPLED),
        "GainStatic": decimal(single.loc["static", "alone"], 3, tolerance=SAMPLED),
        "Mechanisms": whole(len(single)),
        "MechanismsAway": whole(len(away)),
    }


@reads("record_scores")
def record_score_numbers(data):
    """Return gains over a constant rate in eight years, and how theories differ since Geneva."""
    frame = data["record_scores"].query("of == 'all'").set_index(["form", "predictor"])
    timed = [name for name in THEORIES if ("weeks since Geneva", name) in frame.index]
    weeks = frame.loc["weeks since Geneva"].loc[timed, "log"]
    months = frame.loc["months since Geneva"]
    baselines = ["hold", "coin", "shrunk", "two pace", "self exciting"]
    eight = frame.loc["weeks"]

    def gain(form, name, column="gain", sign=1.0):
        return decimal(sign * frame.loc[(form, name), column], 4, tolerance=SAMPLED)

    return {
        "GainExciting": gain("weeks", "self exciting"),
        "GainExcitingLow": gain("weeks", "self exciting", "low"),
        "GainExcitingHigh": gain("weeks", "self exciting", "high"),
        "GainPaces": gain("weeks", "two pace"),
        "GainPacesMonths": gain("months", "two pace"),
        "LossAll": gain("weeks", "all", sign=-1.0),
        "LossAllLow": gain("weeks", "all", "high", -1.0),
        "LossAllHigh": gain("weeks", "all", "low", -1.0),
        "TheoriesSpread": decimal(weeks.max() - weeks.min(), 2, tolerance=SAMPLED),
        "TheoriesAucLeast": decimal(months.loc[timed, "auc"].min(), 2, tolerance=SAMPLED),
        "TheoriesAucMost": decimal(months.loc[timed, "auc"].max(), 2, tolerance=SAMPLED),
        "BaselinesAuc": decimal(months.loc[baselines, "auc"].max(), 2, tolerance=SAMPLED),
        "TheoryLossLeast": decimal(-eight.loc[timed, "gain"].max(), 4, tolerance=SAMPLED),
        "TheoryLossMost": decimal(-eight.loc[timed, "gain"].min(), 4, tolerance=SAMPLED),
        "TheoryAucEight": decimal(eight.loc[timed, "auc"].max(), 2, tolerance=SAMPLED),
        "BaselinesAucEight": decimal(eight.loc[baselines, "auc"].max(), 2, tolerance=SAMPLED),
    }


@reads("pools")
def pool_numbers(data):
    """Return what pools of baselines and theories gain over the best baseline, and over baselines pooled."""
    frame = data["pools"].dropna(subset=["against"]).set_index(["predictor", "lead", "against"])

    def gain(name, predictor, lead="all", against="best"):
        row = frame.loc[(predictor, lead, against)]
        ends = {"": "gain", "Low": "low", "High": "high"}
        return {f"{name}{end}": decimal(row[column], 4, tolerance=SAMPLED) for end, column in ends.items()}

    alone = gain("TheoriesPooled", "theories pooled")
    went = gain("PoolWent", "chosen as it went")
    return {
        **gain("Pool", "all pooled"),
        **gain("PoolMonth", "all pooled", "1", "pooled"),
        **gain("PoolLater", "all pooled", "all", "pooled"),
        "TheoriesPooled": alone["TheoriesPooled"],
        "PoolWent": went["PoolWent"],
    }


@reads("frozen")
def forecast_numbers(data):
    """Return the largest chance in the first month, and that of a renewal of the tariff leg."""
    frame = data["frozen"]
    first = frame[(frame["month"] == frame["month"].min()) & frame["direction"].isin(("up", "down"))]
    likely = first.loc[first["probability"].idxmax()]
    what = f"{likely['actor']} {likely['instrument'].replace('_', ' ')}, {likely['direction']}"
    renewed = frame.query("direction == 'renewed' and instrument == 'tariff'").iloc[0]
    return {
        "ForecastLikely": words(what),
        "ForecastChance": percent(likely["probability"], tolerance=SAMPLED),
        "ForecastRenewal": percent(renewed["probability"], tolerance=SAMPLED),
        "ForecastRenewalLow": percent(renewed["low"], tolerance=SAMPLED),
        "ForecastRenewalHigh": percent(renewed["high"], tolerance=SAMPLED),
    }


@reads("frozen")
def forecast_again_numbers(data):
    """Return the frozen chance of a tighter chip control, and that of a renewal of the control leg."""
    frame = data["frozen"]
    first = frame[(frame["month"] == frame["month"].min()) & frame["direction"].isin(("up", "down"))]
    chip = first.query("actor == 'USA' and instrument == 'chip_control' and direction == 'up'").iloc[0]
    renewed = frame[frame["direction"] == "renewed"].set_index("instrument")
    found = {}
    for name, row in (
        ("AgainChip", chip),
        ("AgainControl", renewed.loc["control"]),
    ):
        for end, column in (("", "probability"), ("Low", "low"), ("High", "high")):
            found[f"{name}{end}"] = percent(row[column], tolerance=SAMPLED)
    return found


@reads("other_disputes", "placebos")
def external_numbers(data):
    """Return how many legs of other disputes are said rightly, and scores over the placebo windows."""
    legs = data["other_disputes"].groupby("dispute")["agree"]
    agree, count = legs.sum(), legs.count()
    scores = data["placebos"].set_index(["window", "predictor"])["log"]
    found = {}
    for place, window in (("Aires", "2018-12-buenos-aires"), ("Phase", "2020-01-phase-one")):
        own = scores[window]
        found[f"Placebo{place}All"] = decimal(own["all"], 3, tolerance=SAMPLED)
        found[f"Placebo{place}Best"] = decimal(own.drop(["plain", "all"]).min(), 3, tolerance=SAMPLED)
    return found | {
        "JapanAgree": whole(agree["japan-korea-2019"]),
        "JapanLegs": whole(count["japan-korea-2019"]),
        "AustraliaAgree": whole(agree["australia-china-2020"]),
        "AustraliaLegs": whole(count["australia-china-2020"]),
    }

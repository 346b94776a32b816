"""Numbers of predictions: scores over the record, frozen forecasts, other disputes."""

from paper.machinery.numbers import SAMPLED, decimal, percent, reads, whole, words
from paper.numbers.theories import THEORIES


@reads("scores")
def score_numbers(data):
    """Return log scores of baselines and theories over the weeks of 2025."""
    scores = data["scores"].query("leg == 'all'").set_index("predictor")
    theories = scores.query("kind == 'theory'")["log"]
    return {
        "Cells": whole(scores.loc["coin", "cells"]),
        "CellsMoved": whole(scores.loc["coin", "moved"]),
        "ScoreCoin": decimal(scores.loc["coin", "log"], 3, tolerance=SAMPLED),
        "ScoreMarkov": decimal(scores.loc["markov", "log"], 3, tolerance=SAMPLED),
        "ScoreHold": decimal(scores.loc["hold", "log"], 3, tolerance=SAMPLED),
        "ScoreMirror": decimal(scores.loc["mirror", "log"], 3, tolerance=SAMPLED),
        "ScoreTheoryLeast": decimal(theories.min(), 3, tolerance=SAMPLED),
        "ScoreTheoryMost": decimal(theories.max(), 3, tolerance=SAMPLED),
    }


@reads("first_model")
def first_model_numbers(data):
    """Return what a model that has gone scored in 2025, and what it lost over eight years."""
    frame = data["first_model"].query("of == 'all'").set_index("form")
    lost = -frame.loc["weeks", ["gain", "high", "low"]].astype(float)
    return {
        "ScoreAll": decimal(frame.loc["weeks of 2025", "log"], 3),
        "LossAll": decimal(lost["gain"], 4),
        "LossAllLow": decimal(lost["high"], 4),
        "LossAllHigh": decimal(lost["low"], 4),
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

    def gain(form, name, column="gain"):
        return decimal(frame.loc[(form, name), column], 4, tolerance=SAMPLED)

    return {
        "GainExciting": gain("weeks", "self exciting"),
        "GainExcitingLow": gain("weeks", "self exciting", "low"),
        "GainExcitingHigh": gain("weeks", "self exciting", "high"),
        "GainPaces": gain("weeks", "two pace"),
        "GainPacesMonths": gain("months", "two pace"),
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
        theories = own.reindex([name for name in THEORIES if name in own.index])
        found[f"Placebo{place}Theory"] = decimal(theories.min(), 3, tolerance=SAMPLED)
        found[f"Placebo{place}Best"] = decimal(own.drop(theories.index).min(), 3, tolerance=SAMPLED)
    return found | {
        "JapanAgree": whole(agree["japan-korea-2019"]),
        "JapanLegs": whole(count["japan-korea-2019"]),
        "AustraliaAgree": whole(agree["australia-china-2020"]),
        "AustraliaLegs": whole(count["australia-china-2020"]),
    }

"""Every number of the text, from stored tables; the text uses them as macros, and none is typed."""

import re

import pandas as pd

from paper.machinery.numbers import day, decimal, percent, reads, significant, whole, words

ENDS = pd.Timestamp("2025-11-30")
SAMPLED = 1e-3
"""Relative tolerance of what was drawn or iterated: other machines round otherwise."""

TIMED = 0.75
"""The same of ratios of times, which belong to one machine: within a factor of four."""


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
        "Spells": whole(len(data["spells"])),
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


@reads("verdicts", "linkage", "static_levels", "coverage")
def verdict_numbers(data):
    """Return verdicts by leg, margins by linkage, and how often a mover went to its static best level."""
    verdicts = data["verdicts"].set_index(["place", "leg"])
    linkage = data["linkage"].set_index(["place", "linkage"])["margin, % GDP"]
    static = data["static_levels"].drop_duplicates("id")
    plays = static["plays_it"].astype(bool)
    coverage = data["coverage"].set_index(["place", "coverage"])
    return {
        "Legs": whole(len(verdicts)),
        "LegsAgree": whole(verdicts["agree"].sum()),
        "GenevaTariffMargin": significant(verdicts.loc[("Geneva", "tariff"), "margin"]),
        "GenevaTariffShare": percent(verdicts.loc[("Geneva", "tariff"), "share"], tolerance=SAMPLED),
        "GenevaControlShare": percent(verdicts.loc[("Geneva", "control"), "share"], tolerance=SAMPLED),
        "GenevaControlMargin": significant(-verdicts.loc[("Geneva", "control"), "margin"]),
        "BusanControlMargin": significant(-verdicts.loc[("Busan", "control"), "margin"]),
        "BusanControlShare": percent(verdicts.loc[("Busan", "control"), "share"], tolerance=SAMPLED),
        "BusanPooledMargin": significant(linkage["Busan", "all_or_nothing"]),
        "BusanUnlinkedMargin": significant(linkage["Busan", "none"]),
        "BusanWithinMargin": significant(linkage["Busan", "within_issue"]),
        "BusanKindMargin": significant(linkage["Busan", "proportionate"]),
        "LondonPooledMargin": significant(linkage["London", "all_or_nothing"]),
        "BusanThreshold": decimal(float(coverage.loc[("Busan", "as written"), "critical discount factor"])),
        "BusanEverythingThreshold": decimal(
            float(coverage.loc[("Busan", "everything"), "critical discount factor"])
        ),
        "StaticMoves": whole(len(static)),
        "StaticPlayed": whole(plays.sum()),
    }


@reads("payoff_sets", "set_summary", "bargains")
def set_numbers(data):
    """Return worst and best equilibrium payoffs by variant, and what the rules pick."""
    summary = data["set_summary"].set_index(["curb", "controls"])
    best = data["payoff_sets"].groupby(["curb", "controls"])[["usa", "chn"]].max()
    picks = data["bargains"].set_index(["disagreement", "rule", "table"])
    smorodinsky = picks.loc[("worst equilibrium", "Kalai-Smorodinsky", "linked")]
    off = picks.loc[("worst equilibrium", "Nash", "unlinked")]
    return {
        "WorstCurbUSA": decimal(summary.loc[(True, True), "threat_usa"]),
        "WorstNoCurbUSA": decimal(summary.loc[(False, True), "threat_usa"]),
        "WorstCurbCHN": decimal(summary.loc[(True, True), "threat_chn"]),
        "WorstNoCurbCHN": decimal(summary.loc[(False, True), "threat_chn"]),
        "BestOffCHN": decimal(best.loc[(True, False), "chn"]),
        "ProfilesCore": whole(summary.loc[(True, True), "profiles"]),
        "SetGap": significant(summary["gap"].max(), 1, tolerance=2.0),
        "SmorodinskyUSA": decimal(smorodinsky["usa"], 3, tolerance=SAMPLED),
        "SmorodinskyCHN": decimal(smorodinsky["chn"], 3, tolerance=SAMPLED),
        "OffUSA": decimal(off["usa"], 3, tolerance=SAMPLED),
        "OffCHN": decimal(off["chn"], 3, tolerance=SAMPLED),
    }


@reads("leverage", "leverage_state", "curb_months")
def leverage_numbers(data):
    """Return leverage, the control's gain, and stocks."""
    frame = data["leverage"].set_index("day")
    state, months = data["leverage_state"], data["curb_months"]
    return {
        "LeverageLasting": significant(frame["lasting"].iloc[-1], tolerance=SAMPLED),
        "ControlGain": significant(frame["gain"].iloc[-1], tolerance=SAMPLED),
        "LeveragePeak": decimal(frame["leverage"].max(), tolerance=SAMPLED),
        "LeverageShare": percent(frame["share"].iloc[-1], tolerance=SAMPLED),
        "ThresholdFirst": decimal(frame["threshold"].iloc[1], tolerance=SAMPLED),
        "ThresholdLast": decimal(frame["threshold"].iloc[-1], tolerance=SAMPLED),
        "StocksLeast": percent(state["stocks"].min(), tolerance=SAMPLED),
        "MonthSpent": significant(-months.loc[1, "change_stocks_gone"], tolerance=SAMPLED),
    }


@reads("readings", "mismatch_moves", "noise_margins")
def reading_numbers(data):
    """Return how far each reading is from an equilibrium, and where noise breaks the pooled truce."""
    frame = data["readings"].set_index(["sense", "side", "reading"])
    own = frame.loc["subjective"]
    whole_pair = data["readings"].iloc[0]
    moves = data["mismatch_moves"].query("linkage == 'proportionate' and play == 'naive'")
    pooled = data["noise_margins"].query("linkage == 'all_or_nothing'").sort_values("chance")
    last = pooled[pooled["margin"] > 0].iloc[-1]
    after = pooled[pooled["margin"] <= 0].iloc[0]
    share = last["margin"] / (last["margin"] - after["margin"])
    return {
        "ReadingGap": significant(-whole_pair["margin"]),
        "ReadingChinaGap": significant(-own.loc[("CHN", "controls frozen"), "margin"]),
        "ReadingChinaRegret": decimal(own.loc[("CHN", "controls frozen"), "true regret"], 3),
        "ReadingUSAMargin": significant(own.loc[("USA", "licences flow"), "margin"]),
        "KindMoves": whole((moves["country"] == "CHN").sum()),
        "NoiseBreaks": decimal(
            last["chance"] + share * (after["chance"] - last["chance"]), 2, tolerance=SAMPLED
        ),
    }


@reads("lives", "clocks", "least_renewal")
def life_numbers(data):
    """Return mean days to a first break, and the last period's margins by clock."""
    lives = data["lives"].set_index(["place", "event", "linkage", "leg", "remedy"])["mean_days"]
    hazards = data["lives"].set_index(["place", "event", "linkage", "leg", "remedy"])["hazard"]

    def days(place, linkage, leg, remedy="as it is"):
        event = "broken off" if linkage else "first false alarm"
        return whole(round(lives[place, event, linkage, leg, remedy]))

    clocks = data["clocks"].query("country == 'USA'").set_index(["at", "clock"])
    least = data["least_renewal"].query("country == 'USA' and lag_days == 14").set_index("days")["least"]
    return {
        "LifeGenevaTariff": days("Geneva", "within_issue", "tariff"),
        "LifeBusanTariff": days("Busan", "within_issue", "tariff"),
        "LifeBusanControl": days("Busan", "within_issue", "control"),
        "LifeBusanOther": days("Busan", "within_issue", "other"),
        "LifeBusanPooled": days("Busan", "all_or_nothing", "any"),
        "LifeBusanChannel": days("Busan", "", "any", "consultation channel"),
        "AlarmBusan": percent(hazards["Busan", "first false alarm", "", "any", "as it is"]),
        "AlarmGeneva": percent(hazards["Geneva", "first false alarm", "", "any", "as it is"], 1),
        "RenewalShort": percent(least[84], 2),
        "RenewalYear": percent(least[364], 2),
        "Renewal": decimal(clocks.loc[("equal renewal", "90 days"), "renewal"]),
        "RenewalYearEqual": decimal(clocks.loc[("equal survival", "a year"), "renewal"]),
        "MarginShort": decimal(clocks.loc[("equal renewal", "90 days"), "last_margin"], 3),
        "MarginYear": decimal(clocks.loc[("equal renewal", "a year"), "last_margin"], 3),
        "MarginYearSurvival": decimal(clocks.loc[("equal survival", "a year"), "last_margin"], 3),
    }


@reads("entity_coverage", "shells")
def coverage_numbers(data):
    """Return covered parties and links to examine at three thresholds."""
    frame = data["entity_coverage"].groupby("threshold").median()
    return {
        "CoveredHalf": whole(frame.loc[0.5, "covered"]),
        "CoveredQuarter": whole(frame.loc[0.25, "covered"]),
        "CoveredMost": whole(frame.loc[0.75, "covered"]),
        "LinksRise": percent(frame.loc[0.25, "links_to_examine"] / frame.loc[0.5, "links_to_examine"] - 1.0),
        "CoveredRise": percent(frame.loc[0.25, "covered"] / frame.loc[0.5, "covered"] - 1.0),
        "Graphs": whole(data["entity_coverage"]["graph"].nunique()),
        "ShellsUndone": percent(
            data["shells"].groupby("threshold")["undone"].median()[0.5], tolerance=SAMPLED
        ),
    }


SHARES = (
    "geneva_tariff_leg", "geneva_control_leg", "leverage_outweighs_gain", "clocks_honest",
    "tariffs_above_short_run_nash", "tariffs_below_long_run_nash", "busan_covered", "busan_free_control",
    "stocks_explain_2023", "something_in_return", "usa_gains_under_threat", "china_gains_under_threat",
    "linkage_buys_patience", "linkage_destroys_tariff_peace", "coverage_at_geneva", "coverage_at_busan",
    "consultation_pays", "pooling_pays", "usa_gains_by_linkage", "weapon_of_2023", "restraint_sustainable",
    "dependence_explains_2023",
)  # fmt: skip
"""The claims whose shares the text names."""


@reads("claims")
def claim_numbers(data):
    """Return how many claims hold, and the shares that the text names."""
    frame = data["claims"].set_index("claim")
    found = {
        "Claims": whole(len(frame)),
        "ClaimsHold": whole((frame["outcome"] == "holds").sum()),
        "ClaimsMost": whole((frame["outcome"] == "holds in most").sum()),
        "ClaimsFailMost": whole((frame["outcome"] == "fails in most").sum()),
        "ClaimsFail": whole((frame["outcome"] == "fails").sum()),
        "ClaimDraws": whole(frame["draws"].max()),
    }
    for name in SHARES:
        macro = "Share" + "".join(part.capitalize() for part in re.sub(r"\d", "", name).split("_"))
        share = frame.loc[name, "share"]
        near_an_end = 0 < min(share, 1 - share) < 0.01
        found[macro] = percent(share, 2 if near_an_end else 0, tolerance=SAMPLED)
    return found


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


@reads("solver_speed")
def speed_numbers(data):
    """Return ratios of the peers' times to ours."""
    frame = data["solver_speed"]
    peer = frame["peer"].str.partition(",")[0]
    ratios = frame.assign(peer=peer).set_index(["workload", "peer"])
    small = ratios.loc[("Nash, random 3x3", "quantecon")]
    cournot = ratios.loc[("payoff set, Cournot", "quantecon")]
    return {
        "SpeedSmallLow": significant(small["least"], tolerance=TIMED),
        "SpeedSmallHigh": significant(small["most"], tolerance=TIMED),
        "SpeedNashpy": significant(ratios.loc[("Nash, random 3x3", "nashpy"), "least"], tolerance=TIMED),
        "SpeedCournotLow": significant(cournot["least"], tolerance=TIMED),
        "SpeedCournotHigh": significant(cournot["most"], tolerance=TIMED),
        "SpeedUniform": significant(
            ratios.loc[("payoff set, uniform 36x72", "quantecon"), "least"], tolerance=TIMED
        ),
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


@reads("win_sets", "authority")
def domestic_numbers(data):
    """Return where full calm is no longer ratified, and what the loss of authority leaves at stake."""
    sets = data["win_sets"].set_index("against")
    refused = sets.loc["stage equilibrium"].query("not calm_usa")["weight"]
    war = sets.loc["trade war"]
    stakes = data["authority"].set_index(["truce", "authority"])
    geneva, busan = ("2025-05-geneva", "lost"), ("2025-10-busan", "lost")
    return {
        "TurningWeight": decimal(refused.min()),
        "Combinations": whole(war["combinations"].iloc[0]),
        "WarBoth": whole(war["both"].min()),
        "GenevaStakeUSA": decimal(stakes.loc[("2025-05-geneva", "in force"), "stake_usa"]),
        "GenevaStakeLost": decimal(abs(stakes.loc[geneva, ["stake_usa", "stake_chn"]]).max(), 0),
        "BusanStakeLostUSA": decimal(stakes.loc[busan, "stake_usa"]),
        "BusanStakeLostCHN": decimal(stakes.loc[busan, "stake_chn"]),
        "BusanStakeCHN": decimal(stakes.loc[("2025-10-busan", "in force"), "stake_chn"]),
    }


THEORIES = {
    "each for itself": "Each",
    "moment": "Moment",
    "custom in kind": "Custom",
    "shadow linkage": "Shadow",
    "renegotiation": "Renegotiation",
    "repeated negotiation": "Repeated",
}
"""What the macros call the theories."""
COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
POOLED = ("shadow linkage", "renegotiation", "repeated negotiation")
TURNS_ABOVE = re.compile(r"holds above ([^;]+); holds in ([^;]+)")


@reads("theory_verdicts", "theory_sets", "theory_counts")
def theory_numbers(data):
    """Return shares by theory, joint shares with all legs as recorded, and where a verdict turns."""
    shares = data["theory_verdicts"].set_index(["place", "leg", "theory"])
    sets = data["theory_sets"].set_index(["theory", "of"])["share"]
    right = data["theory_counts"].set_index("rule")["right"]
    found = {
        f"Set{short}": percent(sets[name, "Geneva and Busan"], tolerance=SAMPLED)
        for name, short in THEORIES.items()
    }
    found |= {
        f"Set{THEORIES[name]}{place}": percent(sets[name, place], tolerance=SAMPLED)
        for name in ("each for itself", "custom in kind")
        for place in ("Geneva", "Busan")
    }
    turns = TURNS_ABOVE.search(shares.loc[("Geneva", "tariff", "shadow linkage"), "turns"])
    return found | {
        "SetMomentAll": percent(sets["moment", "all"], tolerance=SAMPLED),
        "SetCustomAll": percent(sets["custom in kind", "all"], tolerance=SAMPLED),
        "Theories": words(COUNTS[len(THEORIES)]),
        "TheoryDraws": whole(data["theory_sets"]["draws"].max()),
        "Together": percent(min(sets[name, "legs fall together"] for name in POOLED), tolerance=SAMPLED),
        "CustomBusanControl": percent(
            shares.loc[("Busan", "control", "custom in kind"), "share"], tolerance=SAMPLED
        ),
        "ShadowBusanControl": percent(
            shares.loc[("Busan", "control", "shadow linkage"), "share"], tolerance=SAMPLED
        ),
        "RightRule": whole(right["tariffs hold, the rest moves"]),
        "HorizonTurns": whole(float(turns[1])),
        "HorizonShare": percent(float(turns[2])),
    }


@reads("restraint")
def restraint_numbers(data):
    """Return in what share of draws paths of the best equilibrium are held at a horizon of a year."""
    frame = data["restraint"].set_index(["path", "game", "stocks", "horizon"])
    year = {
        "RestraintBusan": ("busan", "moving"),
        "RestraintBusanStill": ("busan", "still"),
        "RestraintFlowing": ("geneva_flowing", "moving"),
        "RestraintPlayed": ("geneva_played", "moving"),
        "RestraintPlayedLearned": ("geneva_played", "learned"),
    }
    found = {
        name: percent(frame.loc[(*of, "full", "1 year"), "share"], tolerance=SAMPLED)
        for name, of in year.items()
    }
    return found | {"RestraintDraws": whole(frame["draws"].max())}


@reads("anew")
def anew_numbers(data):
    """Return what is negotiated more with controls, dependence and a clock, near the pace of talks."""
    frame = data["anew"].set_index(["table", "what", "chance", "side"])

    def gains(table, what, side):
        return percent(frame.loc[(table, what, 0.15, side), "gains"], tolerance=SAMPLED)

    return {
        "AnewControlsUSA": gains("anew", "controls", "USA"),
        "AnewControlsCHN": gains("anew", "controls", "CHN"),
        "AnewAllControlsUSA": gains("anew_all", "controls", "USA"),
        "AnewAllControlsCHN": gains("anew_all", "controls", "CHN"),
        "AnewDependence": decimal(
            frame.loc[("anew_all", "dependence", 0.15, "CHN"), "more"], 1, tolerance=SAMPLED
        ),
        "AnewClockCHN": gains("anew", "clock", "CHN"),
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


@reads("licences")
def licence_numbers(data):
    """Return whether general licences change what is held at the central values."""
    held = data["licences"].set_index(["game", "stocks", "horizon", "curb"])["held"].unstack()
    same = bool((held["general_licences"] == held["licences_flow"]).all())
    return {"LicencesSame": words("are the same" if same else "are not the same")}


MARKED = ("2025-05-12", "2025-10-30")
"""Days on which Geneva and Busan were carried out."""


@reads("evidence", "sampler", "learned")
def estimate_numbers(data):
    """Return evidence and weights of the theories, and how much is learned of their parameters."""
    sampler = data["sampler"].set_index("theory")
    evidence = data["evidence"]
    timed = [name for name in THEORIES if name in sampler.index]
    over = sampler.loc[timed, "log_evidence"] - sampler.loc["moves at random", "log_evidence"]
    scores = evidence.pivot_table(index="number", columns="theory", values="log_score", sort=False)
    first = evidence.drop_duplicates("number").set_index("number")["observation"]
    quiet = first.str.contains("quiet")
    carried = first.str.startswith(MARKED) & ~quiet
    best = sampler.loc[timed, "log_evidence"].idxmax()
    gain = scores[best] - scores["moves at random"]
    weights = evidence[evidence["theory"].isin(timed)].pivot_table(
        index="number", columns="theory", values="weight_before"
    )
    leaders = set(weights.iloc[1:].idxmax(axis=1)) | {sampler.loc[timed, "weight"].idxmax()}
    learned = data["learned"]
    same = (learned["spread"] - 1.0).abs() <= 0.1
    unlearned = same[learned["theory"].isin(timed)].groupby(learned["theory"]).sum()
    found = {
        f"Weight{THEORIES[name]}": decimal(sampler.loc[name, "weight"], 2, tolerance=SAMPLED)
        for name in timed
    }
    return found | {
        "EvidenceBest": words(best),
        "EvidenceOverLeast": decimal(over.min(), 1, tolerance=SAMPLED),
        "EvidenceOverMost": decimal(over.max(), 1, tolerance=SAMPLED),
        "EvidenceError": decimal(sampler.loc[timed, "error"].max(), 1, tolerance=SAMPLED),
        "EvidenceCarried": percent(gain[carried].sum() / gain.sum(), tolerance=SAMPLED),
        "EvidenceLeaders": words(COUNTS[len(leaders)]),
        "EstimateMoves": whole((~quiet).sum()),
        "EstimateParameters": whole(sampler.loc[timed, "parameters"].max()),
        "EstimateParticles": whole(sampler.loc[timed, "particles"].max()),
        "UnlearnedLeast": whole(unlearned.min()),
        "UnlearnedMost": whole(unlearned.max()),
    }


@reads("answers", "sampler", "expected")
def answer_numbers(data):
    """Return what the estimated theories say of legs, and what holds the United States to Busan."""
    answers = data["answers"].set_index(["question", "theory"])["mean"]
    weights = data["sampler"].set_index("theory")["weight"]
    timed = [name for name in THEORIES if name in weights.index]
    shares = weights[timed] / weights[timed].sum()
    departs = "busan USA departs within 30 days"

    def of(question, digits=2):
        own = answers[question][timed]
        return (decimal(own.min(), digits, tolerance=SAMPLED), decimal(own.max(), digits, tolerance=SAMPLED))

    def averaged(question, digits=2):
        return decimal((answers[question][timed] * shares).sum(), digits, tolerance=SAMPLED)

    def at(question, name, digits=2):
        return decimal(answers[question, name], digits, tolerance=SAMPLED)

    found = {
        "DepartsCustom": at(departs, "custom in kind"),
        "DepartsMoment": at(departs, "moment"),
        "DepartsMean": averaged(departs),
        "CurbMean": averaged(f"{departs}, more without the curb's harm"),
        "PrecursorsMean": averaged(f"{departs}, more without precursors"),
        "CurbCustom": at(f"{departs}, more without the curb's harm", "custom in kind"),
        "PrecursorsCustom": at(f"{departs}, more without precursors", "custom in kind", 3),
        "CurbMoment": significant(
            answers[f"{departs}, more without the curb's harm", "moment"], 1, tolerance=SAMPLED
        ),
        "PrecursorsMoment": at(f"{departs}, more without precursors", "moment"),
        "BusanControlMean": averaged("busan control kept to 2026-11-10"),
        "BusanTariffMean": averaged("busan tariff kept to 2026-11-10"),
        "BusanOtherMean": averaged("busan other kept to 2026-11-10"),
        "GenevaTariffKeptMean": averaged("geneva tariff kept to 2025-10-30"),
        "ExpectedAll": whole(len(data["expected"])),
        "ExpectedWithin": whole(data["expected"]["within"].sum()),
    }
    for name, question in (
        ("GenevaDay", "geneva control moved 1 day"),
        ("GenevaMonth", "geneva control moved 30 days"),
        ("BusanMonth", "busan control moved 30 days"),
        ("BusanControlYear", "busan control kept to 2026-11-10"),
        ("BusanOtherYear", "busan other kept to 2026-11-10"),
    ):
        found[f"{name}Least"], found[f"{name}Most"] = of(question, 3 if name == "GenevaDay" else 2)
    return found


@reads("intervals")
def interval_numbers(data):
    """Return how often intervals of ninety percent held the truth in simulated records."""
    places = data["intervals"].iloc[:, 3:-1]
    return {
        "IntervalRecords": whole(len(places)),
        "IntervalCovered": percent(places.apply(lambda place: place.between(0.05, 0.95)).to_numpy().mean()),
    }


@reads("seeds", "sampler")
def seed_numbers(data):
    """Return by how much another seed moves the log evidence, at most."""
    first = data["sampler"].set_index("theory")["log_evidence"]
    again = data["seeds"].set_index("theory")["log_evidence"]
    return {"SeedMost": decimal((again - first[again.index]).abs().max(), 1, tolerance=SAMPLED)}


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

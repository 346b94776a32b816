"""Numbers of what held and what broke: Geneva's and Busan's legs, and what an equilibrium refuses."""

import re

from paper.machinery.numbers import SAMPLED, decimal, percent, reads, significant, whole, words


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
        "LegsDecided": whole(verdicts["agree"].notna().sum()),
        "LegsAgree": whole(verdicts["agree"].eq(True).sum()),
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


@reads("licences")
def licence_numbers(data):
    """Return whether general licences change what is held at the central values."""
    held = data["licences"].set_index(["game", "stocks", "horizon", "curb"])["held"].unstack()
    same = bool((held["general_licences"] == held["licences_flow"]).all())
    return {"LicencesSame": words("are the same" if same else "are not the same")}


SHARES = (
    "geneva_tariff_leg", "geneva_control_leg", "leverage_outweighs_gain", "clocks_honest",
    "tariffs_above_short_run_nash", "tariffs_below_long_run_nash", "busan_covered", "busan_free_control",
    "stocks_explain_2023", "something_in_return", "usa_gains_under_threat", "china_gains_under_threat",
    "linkage_buys_patience", "linkage_destroys_tariff_peace", "coverage_at_geneva", "coverage_at_busan",
    "consultation_pays", "pooling_pays", "usa_gains_by_linkage", "weapon_of_2023", "restraint_sustainable",
    "dependence_explains_2023",
)  # fmt: skip
"""The claims whose shares the text names."""
LATER = "dependence_explains_2023"
"""Worded after the first run, as all of question 10 were (decisions 38 and 46)."""


@reads("claims")
def claim_numbers(data):
    """Return how many claims hold, and the shares that the text names."""
    frame = data["claims"].set_index("claim")
    found = {
        "Claims": whole(len(frame)),
        "ClaimsFirst": whole((frame["number"].ne(10) & (frame.index != LATER)).sum()),
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

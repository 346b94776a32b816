"""Numbers of the map and of the two truces: shares of draws, counts of legs, what the curb is worth."""

from paper.machinery.faults import PaperFault
from paper.machinery.numbers import EXACT, SAMPLED, Number, decimal, percent, reads, significant, whole

LATER = "dependence_explains_2023"
"""Worded after the first run, as all of question 10 were (decisions 38 and 46)."""
POOLED = ("shadow linkage", "renegotiation", "repeated negotiation")


@reads("restraint_map", "restraint_horizons", "restraint_values")
def map_numbers(data):
    """Return least horizons by lag, and shares of draws in which restraint is kept on days of the map."""
    points = data["restraint_map"]
    days = points.set_index(["day", "lag"])["share_at_clock"]
    found = {
        f"{name}{word}": percent(days[day, lag], tolerance=SAMPLED)
        for name, day in (("MapFirst", "2025-04-01"), ("MapLast", "2026-10-01"))
        for lag, word in ((3.0, "Three"), (14.0, "Fourteen"))
    }
    ranges = {
        "Discount": points["share_at_discounting"],
        "Clock": points["share_at_clock"],
        "Year": points.query("clock == 365")["share_at_clock"],
    }
    for name, shares in ranges.items():
        found[f"Map{name}Least"] = percent(shares.min(), tolerance=SAMPLED)
        found[f"Map{name}Most"] = percent(shares.max(), tolerance=SAMPLED)
    least = data["restraint_horizons"].set_index("lag")
    for lag, word in ((14.0, "Fourteen"), (0.0, "Limit")):
        for name, column in (("Bears", "user"), ("Patient", "target"), ("Kept", "kept")):
            days_of = least.loc[lag, column]
            found[f"{name}{word}"] = Number(float(days_of), whole(round(days_of)).text, SAMPLED)
    values = data["restraint_values"].set_index("name")
    return found | {
        "MapCover": decimal(least.loc[0.0, "cover"], 0, tolerance=SAMPLED),
        "MapDiscountDays": whole(round(points["discounting"].iloc[0])),
        "MapLastClock": whole(points.set_index("day")["clock"]["2026-10-01"].iloc[0]),
        "MapDraws": whole(values["draws"].iloc[0]),
        "CurbOverControl": decimal(
            values.loc["kappa", "value"] / values.loc["c", "value"], 0, tolerance=SAMPLED
        ),
    }


@reads("restraint_in_game")
def own_game_numbers(data):
    """Return where the dispute's own game says the same as the smallest one."""
    own = data["restraint_in_game"].set_index("size")
    if own["smallest_alone"].any():
        raise PaperFault(
            "section game says that the smallest game alone keeps restraint nowhere; it does now"
        )
    found = {}
    for name, size in (("Own", "small"), ("Core", "core")):
        found[f"{name}Places"] = whole(own.loc[size, "places"])
        found[f"{name}Alike"] = percent(own.loc[size, "alike"], tolerance=SAMPLED)
    return found


@reads("theory_verdicts", "theory_sets", "calibration")
def verdict_numbers(data):
    """Return numbers of draws, how often legs fall together, and what Busan's breaking step is worth."""
    frame = data["theory_verdicts"].set_index(["place", "leg", "theory"])
    joint = data["theory_sets"].set_index(["theory", "of"])

    step, gdp = frame.loc["Busan", "control", "moment"], data["calibration"].set_index("name")["value"]
    if step["player"] != "USA":
        raise PaperFault("section truces says that the United States gains by leaving Busan's control leg")
    if frame.loc[("Busan", "control", "custom in kind"), "share"] > 0.5:
        raise PaperFault("section truces says that Busan's controls break in most draws in kind")
    return {
        "VerdictDraws": whole(frame["draws"].max()),
        "JointDraws": whole(joint.loc[("moment", "Geneva and Busan"), "draws"]),
        "Together": percent(min(joint.loc[(name, "legs fall together"), "share"] for name in POOLED)),
        # Of percent of a GDP in billions of dollars a year.
        "BusanControlMillions": decimal(abs(step["margin"]) * 10 * gdp["USA.gdp"], 0, tolerance=SAMPLED),
    }


@reads("headline")
def headline_numbers(data):
    """Return how much of the sample choices leave, and check a sentence of the text."""
    frame = data["headline"].query("setting != 'linear'")
    left = frame.query("place == 'Busan'").groupby("leg")["effective"].min()
    again = frame.query("place == 'Geneva' and leg == 'tariff' and theory == 'repeated negotiation'")
    if again["counted"].min() <= 0.5:
        raise PaperFault("section truces says that repeated negotiation holds Geneva's tariffs")
    return {
        "ChoicesTariff": whole(round(left["tariff"])),
        "ChoicesControl": whole(round(left["control"])),
        "HeadlineDraws": whole(round(frame["effective"].max())),
    }


@reads("payoffs_origins", "payoffs_stakes", "payoffs_why", "claims")
def payoff_numbers(data):
    """Return where payoffs of levels come from, and what Busan is worth with the overdose benefit or not."""
    origins = data["payoffs_origins"].groupby(["replaced", "standing"]).size()
    stakes = data["payoffs_stakes"].set_index(["replaced", "lives"])["usd_bn"]
    why = data["payoffs_why"].set_index(["replaced", "claim"])["share"]
    found = {"Payoffs": whole(origins["all"].sum()), "PayoffsBefore": whole(origins["central", "assumed"])}
    for standing in ("sourced", "reposted", "bounded", "assumed"):
        found[f"Payoffs{standing.title()}"] = whole(origins["all", standing])
    for name, lives in (("StakeLives", True), ("StakeWithout", False)):
        found[name] = decimal(stakes["all", lives], 0, tolerance=SAMPLED)
    held = data["claims"].set_index("claim")["share"]["weapon_of_2023"]
    for name, share in (("Weapon", held), ("WeaponBefore", why["central", "weapon_of_2023"])):
        found[name] = percent(share, tolerance=SAMPLED)
    return found


@reads("set_summary", "authority", "calibration")
def threat_numbers(data):
    """Return the worst equilibria with the curb and without, and what the loss of authority leaves."""
    summary = data["set_summary"].set_index(["curb", "controls"])
    stakes = data["authority"].set_index(["truce", "authority"])["stake_chn"]
    # Of percent of a GDP in billions of dollars a year.
    percent_of_gdp = data["calibration"].set_index("name")["value"]["CHN.gdp"] / 100
    return {
        "BusanStakeBillions": decimal(
            stakes["2025-10-busan", "in force"] * percent_of_gdp, 0, tolerance=SAMPLED
        ),
        "BusanLostBillions": decimal(stakes["2025-10-busan", "lost"] * percent_of_gdp, 0, tolerance=SAMPLED),
        "WorstCurbUSA": decimal(summary.loc[(True, True), "threat_usa"]),
        "WorstNoCurbUSA": decimal(summary.loc[(False, True), "threat_usa"]),
        "SetGap": significant(summary["gap"].max(), 1, tolerance=2.0),
        "BusanStakeCHN": decimal(stakes["2025-10-busan", "in force"], tolerance=SAMPLED),
        "BusanStakeLost": decimal(stakes["2025-10-busan", "lost"], tolerance=SAMPLED),
    }


@reads("claims")
def claim_numbers(data):
    """Return how many claims there are, were worded first, and hold in most draws."""
    frame = data["claims"]
    return {
        "Claims": Number(len(frame), str(len(frame)), EXACT),
        "ClaimsFirst": whole((frame["number"].ne(10) & frame["claim"].ne(LATER)).sum()),
        "ClaimsHold": whole(frame["outcome"].isin(["holds", "holds in most"]).sum()),
    }

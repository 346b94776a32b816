"""Numbers of the map and of the two truces: shares of draws, counts of legs, what the curb is worth."""

from paper.machinery.faults import PaperFault
from paper.machinery.numbers import EXACT, SAMPLED, Number, decimal, percent, reads, significant, whole

LATER = "dependence_explains_2023"
"""Worded after the first run, as all of question 10 were (decisions 38 and 46)."""
POOLED = ("shadow linkage", "renegotiation", "repeated negotiation")


@reads("restraint_map", "restraint_grid", "restraint_horizons", "restraint_stockpiles", "restraint_values")
def map_numbers(data):
    """Return least horizons by lag, and shares of draws in which restraint is kept on days of the map."""
    days = data["restraint_map"].set_index(["day", "lag"])["share_at_clock"]
    if data["restraint_map"]["share_at_discounting"].min() < 1:
        raise PaperFault(
            "section game says that discounting alone keeps restraint in every draw; it does not"
        )
    found = {
        f"{name}{word}": percent(days[day, lag], tolerance=SAMPLED)
        for name, day in (("MapFirst", "2025-04-01"), ("MapJune", "2025-06-01"), ("MapLast", "2026-10-01"))
        for lag, word in ((3.0, "Three"), (14.0, "Fourteen"))
    }
    least = data["restraint_horizons"].set_index("lag")
    for lag, word in ((3.0, "Three"), (7.0, "Seven"), (14.0, "Fourteen"), (0.0, "Limit")):
        found[f"Bears{word}"] = decimal(least.loc[lag, "user"], 0 if lag else 1, tolerance=SAMPLED)
    found["PatientFourteen"] = decimal(least.loc[14.0, "target"], 0, tolerance=SAMPLED)
    found["PatientLimit"] = decimal(least.loc[0.0, "target"], 1, tolerance=SAMPLED)
    found["KeptFourteen"] = decimal(least.loc[14.0, "kept"], 0, tolerance=SAMPLED)
    found["MapCover"] = decimal(least.loc[0.0, "cover"], 1, tolerance=SAMPLED)
    year = data["restraint_map"].query("clock == 365")["share_at_clock"]
    found["MapYearLeast"] = percent(year.min(), tolerance=SAMPLED)
    found["MapLastClock"] = whole(data["restraint_map"].set_index("day")["clock"]["2026-10-01"].iloc[0])
    found["MapFree"] = percent(data["restraint_grid"]["share"].min(), tolerance=SAMPLED)
    piles = data["restraint_stockpiles"].query("share == 1")["cover"]
    found["MapPiles"] = decimal(piles.max(), 0, tolerance=SAMPLED)
    return found | {"MapDraws": whole(data["restraint_values"]["draws"].iloc[0])}


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


def _scored_later(verdicts, moved):
    """Return by theory, and for the rule, how many legs come out as in the record to October 2026."""
    broken = set(moved.loc[moved["by level"].str.startswith("broken"), "leg"])
    held = verdicts["held"] & ~(verdicts["place"].eq("Busan") & verdicts["leg"].isin(broken))
    decided = verdicts["word"].isin(["holds", "breaks"])
    right = ((verdicts["word"] == "holds") == held) & decided
    found = right.groupby(verdicts["theory"]).sum().to_dict()
    legs = verdicts.assign(held=held).drop_duplicates(["place", "leg"])
    return found | {"tariffs hold, the rest moves": (legs["held"] == (legs["leg"] == "tariff")).sum()}


@reads("theory_verdicts", "theory_sets", "theory_counts", "moved", "calibration")
def verdict_numbers(data):
    """Return shares of draws by leg, joint shares, and how many legs each theory says rightly."""
    frame = data["theory_verdicts"].set_index(["place", "leg", "theory"])
    joint = data["theory_sets"].set_index(["theory", "of"])
    counts = data["theory_counts"].set_index("rule")
    both = joint["share"].xs("Geneva and Busan", level="of")

    def share(*key):
        return percent(frame.loc[key, "share"], tolerance=SAMPLED)

    found = {
        "VerdictDraws": whole(frame["draws"].max()),
        "GenevaTariffShare": share("Geneva", "tariff", "moment"),
        "GenevaControlShare": share("Geneva", "control", "moment"),
        "BusanControlShare": share("Busan", "control", "moment"),
        "BusanControlKind": share("Busan", "control", "custom in kind"),
        "GenevaIrrational": percent(
            frame.loc[("Geneva", "tariff", "shadow linkage"), "irrational"], tolerance=SAMPLED
        ),
        "Together": percent(min(joint.loc[(name, "legs fall together"), "share"] for name in POOLED)),
        "RuleRight": whole(counts.loc["tariffs hold, the rest moves", "right"]),
        "RuleLegs": whole(counts.loc["tariffs hold, the rest moves", "legs"]),
    }
    later = _scored_later(data["theory_verdicts"], data["moved"])
    found["RuleLater"] = whole(later["tariffs hold, the rest moves"])
    found["EachLater"], found["EachLegs"] = (
        whole(later["each for itself"]), whole(counts.loc["each for itself", "legs"])
    )  # fmt: skip
    linkage = data["theory_verdicts"].query("theory == 'shadow linkage'")
    found["LinkBroken"] = whole(((linkage["word"] == "holds") == linkage["held"]).sum())
    step, gdp = frame.loc["Busan", "control", "moment"], data["calibration"].set_index("name")["value"]
    if step["player"] != "USA":
        raise PaperFault("section truces says that the United States gains by leaving Busan's control leg")
    # Of percent of a GDP in billions of dollars a year.
    found["BusanControlMillions"] = decimal(abs(step["margin"]) * 10 * gdp["USA.gdp"], 0, tolerance=SAMPLED)
    found["SetDraws"] = whole(joint.loc[("custom in kind", "Geneva and Busan"), "draws"])
    for name, theory in (("Text", "moment"), ("Kind", "custom in kind"), ("Link", "shadow linkage")):
        found[f"{name}Later"] = whole(later[theory])
        found[f"{name}Right"] = whole(counts.loc[theory, "right"])
        found[f"{name}Legs"] = whole(counts.loc[theory, "legs"])
        found[f"Both{name}"] = percent(both[theory], tolerance=SAMPLED)
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

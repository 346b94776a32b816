"""Numbers of how long a truce lasts and what other designs would do."""

from paper.machinery.numbers import SAMPLED, decimal, percent, reads, whole


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

"""Numbers of the panel of truces: coverage, answers in kind, theories."""

from paper.machinery.faults import PaperFault
from paper.machinery.numbers import SAMPLED, decimal, reads, whole


def _with_ends(name, row, value, ends, digits):
    told = zip(("", "Low", "High"), (value, *ends), strict=True)
    return {name + end: decimal(row[column], digits, tolerance=SAMPLED) for end, column in told}


@reads("panel_sizes", "panel_survival", "panel_ratios", "panel_full_calibration")
def coverage_numbers(data):
    """Return sizes, and ratios of rates over all truces and within them."""
    sizes = data["panel_sizes"].iloc[0]
    ratios = data["panel_survival"].query("by == 'coverage' and group == 'left out'").set_index("rows")
    full = data["panel_full_calibration"]
    alike = ((full["card"] > 0.5) == (full["full"] > 0.5)).sum()
    found = {
        "PanelTruces": whole(sizes["truces"]),
        "PanelDisputes": whole(sizes["disputes"]),
        "PanelParts": whole(sizes["parts"]),
        "PanelFirst": whole(sizes["first_truces"]),
        "PanelFirstParts": whole(sizes["first_outcomes"]),
        "PanelAlike": whole(alike),
        "PanelPairs": whole(len(full)),
    }
    for name, rows in (("PanelRatio", "all"), ("PanelKnown", "known at signing")):
        found |= _with_ends(name, ratios.loc[rows], "hazard ratio", ("ratio low", "ratio high"), 1)
    within, ends_within = data["panel_ratios"].set_index(["rows", "of"]), ("within_low", "within_high")
    for name, key in (
        ("PanelWithin", ("all", "all")),
        ("PanelWithinFirst", ("first 47", "all")),
        ("PanelWithinUnseen", ("kept back", "all")),
        ("PanelAbroad", ("all", "without the USA")),
    ):
        found |= _with_ends(name, within.loc[key], "within", ends_within, 1)
    return found


@reads("panel_unseen", "panel_sizes")
def unseen_numbers(data):
    """Return what the frozen chances gained on the truces that were kept back."""
    scores = data["panel_unseen"].set_index(["following", "days", "model"])
    found = {
        "PanelUnseen": whole(data["panel_sizes"]["unseen_truces"].iloc[0]),
        "PanelUnseenCells": whole(scores["cells"].iloc[0]),
    }
    first = (
        data["panel_unseen"].query("following == 'as first scored' and days == 0").set_index("model")["gain"]
    )
    theories = first[first.index.str.startswith("coverage by leg + ")]
    found["PanelUnseenTheory"] = decimal(theories.max() - first["coverage by leg"], 3, tolerance=SAMPLED)
    for name, key, over in (
        ("PanelUnseenLegs", ("as first scored", 0, "coverage by leg"), "truces"),
        ("PanelUnseenCoverage", ("as first scored", 0, "coverage"), "truces"),
        ("PanelUnseenAgain", ("to the truce's end", 0, "coverage"), "truces"),
        ("PanelUnseenHeadline", ("to the truce's end", 365, "coverage by leg"), "disputes"),
    ):
        found |= _with_ends(name, scores.loc[key], "gain", (f"{over}_low", f"{over}_high"), 3)
    return found


@reads("panel_answer_test", "panel_kappa", "panel_theory_max")
def test_numbers(data):
    """Return the parts known at the signing, how codings agree, and the chance of the best theory."""
    test = data["panel_answer_test"].set_index(["rows", "coding", "beside", "what"])
    if test.loc[("all", "rule", "legs", "answer where left out"), "low"] <= 1:
        raise PaperFault("section panel says that left-out parts that can be answered are moved sooner")
    own = data["panel_kappa"].set_index(["one", "other"])["kappa"]
    known = test.loc[("known at signing", "rule", "legs", "answer where left out")]
    return {
        "PanelKnownParts": whole(known["parts"]),
        "KappaLeast": decimal(own.min()),
        "KappaMost": decimal(own.max()),
        "TheoryChance": decimal(data["panel_theory_max"]["chance"].iloc[0], tolerance=SAMPLED),
    }

"""Numbers of the theories of what a text leaves out, and of what the path says of them."""

from paper.machinery.numbers import SAMPLED, decimal, percent, reads, significant, whole, words

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
PENAL = ("shadow linkage", "Geneva")


@reads("theory_verdicts", "theory_sets", "theory_counts")
def theory_numbers(data):
    """Return shares by theory, joint shares with all legs as recorded, and where a verdict turns."""
    shares = data["theory_verdicts"].set_index(["place", "leg", "theory"])
    joint = data["theory_sets"].set_index(["theory", "of"])
    sets = joint["share"]
    right = data["theory_counts"].set_index("rule")["right"]
    found = {
        f"Set{short}": percent(sets[name, "Geneva and Busan"], tolerance=SAMPLED)
        for name, short in THEORIES.items()
    }
    own = ("each for itself", "custom in kind")
    found |= {
        f"Set{THEORIES[name]}{place}": percent(sets[name, place], tolerance=SAMPLED)
        for place, names in (("Geneva", (*own, *POOLED)), ("Busan", own))
        for name in names
    }
    return found | {
        "LostGeneva": percent(joint.loc[PENAL, "irrational"], tolerance=SAMPLED),
        "AllGeneva": percent(joint.loc[PENAL, "share_all"], tolerance=SAMPLED),
        "SetMomentAll": percent(sets["moment", "all"], tolerance=SAMPLED),
        "SetCustomAll": percent(sets["custom in kind", "all"], tolerance=SAMPLED),
        "Theories": words(COUNTS[len(THEORIES)]),
        "TheoryDraws": whole(joint.loc[("each for itself", "Geneva"), "draws"]),
        "Together": percent(min(sets[name, "legs fall together"] for name in POOLED), tolerance=SAMPLED),
        "CustomBusanControl": percent(
            shares.loc[("Busan", "control", "custom in kind"), "share"], tolerance=SAMPLED
        ),
        "ShadowBusanControl": percent(
            shares.loc[("Busan", "control", "shadow linkage"), "share"], tolerance=SAMPLED
        ),
        "RightRule": whole(right["tariffs hold, the rest moves"]),
    }


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
    beside = ["record", "moves", "effective", "independent", "density of the record"]
    places, draws = data["intervals"].drop(columns=beside), data["intervals"]["independent"]
    return {
        "IntervalRecords": whole(len(places)),
        "IntervalCovered": percent(
            places.apply(lambda place: place.between(0.05, 0.95, "neither")).to_numpy().mean()
        ),
        "IntervalIndependent": whole(round(draws.median())),
        # The central 90 percent of n draws hold another draw in 0.9 n / (n + 1), on average over n.
        "IntervalExpected": percent((0.9 * draws / (draws + 1)).mean()),
    }


@reads("sampler")
def island_numbers(data):
    """Return how far islands are apart, how far particles lag, and how many renewals had not settled."""
    sampler = data["sampler"][data["sampler"]["theory"] != "moves at random"]
    apart = (sampler["most_island"] - sampler["least_island"]).max()
    return {
        "IslandsApart": decimal(apart, 1, tolerance=SAMPLED),
        "LagMost": decimal(sampler["lag"].max(), 1, tolerance=SAMPLED),
        "Unsettled": whole(sampler["unsettled"].sum()),
        "Renewals": whole((sampler["renewals"] * sampler["islands"]).sum()),
    }

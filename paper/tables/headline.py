"""Sentences that were fixed before the run that tests them, and whether each holds in all of its cells."""

from paper.machinery.tabular import tabular

READS = ("headline",)
SETTINGS = ("s = 0", "rule", "s = 1")
PLAIN = ("each for itself", "moment", "custom in kind")
POOLED = ("shadow linkage", "renegotiation", "repeated negotiation")
BOTH, GENEVA, BUSAN = ("Geneva", "Busan"), ("Geneva",), ("Busan",)
SENTENCES = (
    ("Tariffs hold by the three plain theories: least", BOTH, "tariff", PLAIN, "share", min, 0.9, True),
    (
        "Geneva's controls hold by the text alone: most",
        GENEVA,
        "control",
        ("moment",),
        "share",
        max,
        0.25,
        False,
    ),
    (
        "Busan's controls hold by the text alone: most",
        BUSAN,
        "control",
        ("moment",),
        "share",
        max,
        0.25,
        False,
    ),
    (
        "Keeping Geneva is not rational under linkage: least",
        GENEVA,
        "tariff",
        ("shadow linkage",),
        "irrational",
        min,
        0.5,
        True,
    ),
    (
        "Geneva's tariffs hold by a theory of one threat: most",
        GENEVA,
        "tariff",
        POOLED,
        "counted",
        max,
        0.5,
        False,
    ),
)
"""Sentence, truces, leg, theories, column, which cell, threshold, and whether cells are to be above it."""


def table(data):
    """Return one row for each sentence: its worst cell by setting, in percent, and among draws by choices."""
    frame = data["headline"].set_index("setting").loc[list(SETTINGS)]
    rows = []
    for words, places, leg, theories, column, worst, threshold, above in SENTENCES:
        own = frame[frame["place"].isin(places) & (frame["leg"] == leg) & frame["theory"].isin(theories)]
        cells = [worst(own.loc[[setting], column]) for setting in SETTINGS]
        chosen = own["consistent"].dropna() if column == "share" else []
        cells += [worst(chosen)] if len(chosen) else []
        true = all(cell >= threshold if above else cell <= threshold for cell in cells)
        shown = [f"{100 * cell:.0f}" for cell in cells] + ["--"] * (len(SETTINGS) + 1 - len(cells))
        bound = "$" + (r"\ge" if above else r"\le") + f"{100 * threshold:.0f}$"
        rows.append((words, bound, *shown, "yes" if true else "no"))
    columns = ("share of draws, percent", "needed", "$s=0$", "rule", "$s=1$", "by choices", "true")
    return tabular(columns, rows, "@{}lrrrrrl@{}", size=r"\footnotesize")

"""What holds the USA to Busan, by theory, at draws from the posterior: the curb's harm, or precursors."""

from paper.machinery.tabular import escape, tabular

READS = ("answers",)
SOON, LATE = "busan USA departs within 30 days", "busan USA departs by 2026-11-10"
HOLDS = "busan control holds"
QUESTIONS = (
    SOON,
    f"{SOON}, more without the curb's harm",
    f"{SOON}, more without precursors",
    LATE,
    f"{HOLDS}, share of draws",
    f"{HOLDS} without the curb's harm, share of draws",
    f"{HOLDS} without precursors, share of draws",
)
COLUMNS = ("as it is", "no curb", "no precursors")


def table(data):
    """Return one row for each theory: its chance, what it is more without, and shares of draws."""
    frame = data["answers"].set_index(["question", "theory"])
    theories = dict.fromkeys(theory for question, theory in frame.index if question == LATE)
    rows = [
        (escape(theory), *(_cell(frame.loc[question, theory]) for question in QUESTIONS))
        for theory in theories
    ]
    first = (
        r"& \multicolumn{3}{c}{harsher American step within 30 days} & in the year"
        r" & \multicolumn{3}{c}{control leg holds}"
    )
    columns = ("theory", *COLUMNS, "", *COLUMNS)
    text = tabular(columns, rows, "@{}lrrrrrrr@{}", size=r"\scriptsize")
    return text.replace(
        "\\toprule\n", f"\\toprule\n {first} \\\\\n\\cmidrule(lr){{2-4}}\\cmidrule(l){{6-8}}\n"
    )


def _cell(row):
    """Return the mean; of what it is with its band, of differences with their sign."""
    more = "more" in row.name[0]
    values = [f"{row[name]:{'+' if more else ''}.2f}".replace("-", "$-$") for name in ("mean", "low", "high")]
    return values[0] if more or row["low"] != row["low"] else f"{values[0]} ({values[1]}--{values[2]})"

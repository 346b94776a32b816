"""Verdicts of Geneva and Busan by leg and theory under two conventions, with the record and a null."""

from paper.machinery.tabular import tabular

READS = ("theory_verdicts",)
NAMES = {
    "each for itself": "each for itself", "moment": "text alone", "custom in kind": "in kind",
    "shadow linkage": "linkage", "renegotiation": "renegotiation",
    "repeated negotiation": "repeated negotiation",
}  # fmt: skip
"""What the paper calls the theories."""
SHOWN = ("Geneva", "Busan")
WORDS = {"holds": "h", "breaks": "b", "open": "o", "not rational": "n"}
QUESTIONS = {
    "share": "Of draws in which keeping is rational",
    "counted": "Of all draws, not rational counted as broken",
}


def table(data):
    """Return two panels of six theories, then what the record shows and a rule that solves nothing."""
    frame = data["theory_verdicts"].query("place in @SHOWN").set_index(["place", "leg", "theory"])
    frame["counted"] = frame["share"] * (1 - frame["irrational"])
    legs = list(dict.fromkeys((place, leg) for place, leg, _ in frame.index))
    rows = []
    for column, question in QUESTIONS.items():
        rows.append((question,))
        for theory, name in NAMES.items():
            own = [frame.loc[(*leg, theory)] for leg in legs]
            marks = [rf"\,{WORDS[row['word']]}" if column == "share" else "" for row in own]
            rows.append(
                (name, *(f"{100 * row[column]:.0f}{mark}" for row, mark in zip(own, marks, strict=True)))
            )
    held = [frame.loc[(*leg, "moment"), "held"] for leg in legs]
    rows.append(("Record and null",))
    rows.append(("the record", *("h" if kept else "b" for kept in held)))
    rows.append(("tariffs hold, the rest moves", *("h" if leg == "tariff" else "b" for _, leg in legs)))
    text = tabular(("theory", *(leg for _, leg in legs)), rows, "@{}lrrrrrr@{}", size=r"\footnotesize")
    first = r" & \multicolumn{3}{c}{Geneva} & \multicolumn{3}{c}{Busan} \\"
    return text.replace("\\toprule\n", f"\\toprule\n{first}\n\\cmidrule(lr){{2-4}}\\cmidrule(l){{5-7}}\n")

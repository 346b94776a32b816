"""Answers in kind in the panel: three rate ratios by coding and by rows."""

from paper.machinery.tabular import tabular

READS = ("panel_answer_test",)
CODINGS = {
    "rule": "the rule", "strict": "the rule, strict", "reader": "first reader",
    "second_reader": "second reader",
}  # fmt: skip
ROWS = {"all": "All rows", "known at signing": "Left out: known at the signing alone"}
WHAT = ("answer where left out", "coverage without answer", "product")


def table(data):
    """Return one row for each coding, legs beside, for all rows and for those known at the signing."""
    frame = data["panel_answer_test"].query("beside == 'legs'").set_index(["rows", "coding", "what"])
    found = []
    for rows, title in ROWS.items():
        found.append((title,))
        for coding, name in CODINGS.items():
            own = [frame.loc[(rows, coding, what)] for what in WHAT]
            ratios = (f"{one['ratio']:.2f} ({one['low']:.2f} to {one['high']:.2f})" for one in own)
            found.append((name, f"{own[0]['answerable']:.0f}", *ratios))
    columns = ("coding", "answerable", "answer, left out", "coverage, no answer", "interaction")
    return tabular(columns, found, "@{}lrrrr@{}", size=r"\footnotesize")

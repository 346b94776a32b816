"""Verdicts by leg: what the solved game says of each agreement, and what the record shows."""

import re

from paper.machinery.tabular import escape, figure_text, tabular

READS = ("verdicts", "noise_legs")
ESCALATED = re.compile(r"moved on (\d{4}-\d{2}-\d{2}) by (\w{3}) \((\w+)")


def table(data):
    """Return one row for each leg of each agreement."""
    noisy = {(row.place, row.leg): row for row in data["noise_legs"].itertuples()}
    rows = []
    for place, group in data["verdicts"].groupby("place", sort=False):
        rows.append((place,))
        for row in group.itertuples():
            noise = noisy[place, row.leg][3]
            rows.append(
                (
                    row.leg, _model(row.model), figure_text(row.margin, 2), f"{row.share:.2f}", _noise(noise),
                    _record(row.record), "yes" if row.agree else "no",
                )
            )  # fmt: skip
    columns = ("leg", "game, at once", "margin", "share", "game, under noise", "record", "agree")
    text = r">{\raggedright\arraybackslash}"
    pattern = rf"@{{}}l{text}p{{4.3cm}}rr{text}p{{2.3cm}}{text}Xl@{{}}"
    return tabular(columns, rows, pattern, size=r"\footnotesize")


def _model(words):
    if "; first " not in words:
        return escape(words)
    return "breaks: " + escape(words.split("; first ")[1].replace("_", " "))


def _noise(words):
    return escape(words.split(":")[0].replace("moved on outside the text", "moves outside"))


def _record(words):
    found = ESCALATED.search(words)
    if found is None:
        return escape(words.split(" (")[0])
    return escape(f"moved on {found[1]}, {found[2]} {found[3].replace('_', ' ')}")

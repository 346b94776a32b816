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
                    row.leg, escape(_model(row.model)), figure_text(row.margin, 2),
                    figure_text(row.share, 2), _noise(noise), _record(row.record),
                    {True: "yes", False: "no"}.get(row.agree, "open"),
                )
            )  # fmt: skip
    columns = ("leg", "text alone", "margin", "share", "game, under noise", "record", "agree")
    text = r">{\raggedright\arraybackslash}"
    pattern = rf"@{{}}l{text}p{{4.3cm}}rr{text}p{{2.3cm}}{text}Xl@{{}}"
    return tabular(columns, rows, pattern, size=r"\footnotesize")


def _model(words):
    # As "breaks, by USA: tariff to peak, visa to none": the first change is the leg's own.
    verdict, _, moves = words.replace("_", " ").partition(", by ")
    first, *more = moves.replace(":", "").split(", ")
    return verdict + (f": {first}" if first else "") + (f", {len(more)} more" if more else "")


def _noise(words):
    return escape(words.split(":")[0].replace("moved on outside the text", "moves outside"))


def _record(words):
    found = ESCALATED.search(words)
    if found is None:
        return escape(words.split(" (")[0])
    return escape(f"moved on {found[1]}, {found[2]} {found[3].replace('_', ' ')}")

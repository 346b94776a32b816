"""Chance by theory that a leg has seen no harsher step, at draws from the posterior, and the record."""

import pandas as pd

from paper.machinery.layout import BLACK, PAGE, THEORIES, new_figure

READS = ("survival", "evidence", "levels", "instruments", "truces")
LEGS = ("tariff", "control", "other")
ENDS = pd.Timestamp("2025-11-30")


def figure(data):
    """Return a panel for each truce and leg; the black line drops at the first harsher step of the record."""
    drawing = new_figure(PAGE, 3.4)
    places = ("Geneva", "Busan")
    axes = drawing.subplots(2, len(LEGS), sharey=True, sharex="row")
    signed = data["truces"].set_index("place")["signed"].map(pd.Timestamp)
    until = {"Geneva": signed["Busan"], "Busan": ENDS}
    for row, place in zip(axes, places, strict=True):
        for axis, leg in zip(row, LEGS, strict=True):
            own = data["survival"].query("truce == @place.lower() and group == @leg")
            for theory, (colour, line, _) in THEORIES.items():
                curve = own[own["theory"] == theory].sort_values("day")
                axis.plot(curve["day"], curve["mean"], color=colour, linestyle=line, label=theory)
            days = (until[place] - signed[place]).days
            first = first_step(data, leg, signed[place], until[place])
            seen = [0, days] if first is None else [0, first, first, days]
            axis.plot(
                seen, [1, 1] if first is None else [1, 1, 0, 0], color=BLACK, linewidth=1.8, label="record"
            )
            axis.set_title(f"{place}, {leg} leg")
            axis.set_ylim(-0.02, 1.04)
            axis.set_xlim(left=0)
    for axis in axes[1]:
        axis.set_xlabel("days since signing")
    for axis in axes[:, 0]:
        axis.set_ylabel("no harsher step")
    drawing.legend(*axes[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=6, fontsize=7)
    return drawing


def first_step(data, leg, begins, ends):
    """Return the day after signing of the first harsher step in a leg that the estimates saw, if any."""
    known = data["instruments"]
    places = known.set_index(["country", "instrument", "level"])["place"]
    legs = known.drop_duplicates("instrument").set_index("instrument")["leg"]
    seen = data["evidence"]["observation"].drop_duplicates()
    now = {}
    for words in seen[~seen.str.contains("quiet")].str.split(" "):
        day, country, name, level = words
        before = now.get((country, name), _before(data["levels"], country, name, level))
        now[country, name] = level
        harsher = places[country, name, level] > places[country, name, before]
        if legs[name] == leg and harsher and begins < pd.Timestamp(day) <= ends:
            return (pd.Timestamp(day) - begins).days
    return None


def _before(levels, country, name, level):
    """Return the level of an instrument before it first came to another one."""
    own = levels[(levels["country"] == country) & (levels["instrument"] == name)]["level"].tolist()
    return own[max(0, own.index(level) - 1)] if level in own else own[0]

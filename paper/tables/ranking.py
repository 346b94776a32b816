"""Theories against the record of the texts of 2025, under both conventions, beside a rule."""

from paper.machinery.faults import PaperFault
from paper.machinery.tabular import tabular
from paper.tables.verdicts import NAMES

READS = ("theory_verdicts", "theory_sets", "moved", "evidence_given")
WHEN = ("held", "later")
RULE = "tariffs hold, the rest moves"
LEAST = 0.8
"""A word stands if so many of the draws bear it out, as in `negotiation verdict`."""


def table(data):
    """Return one row for each theory and the rule: legs right of those decided, joint shares, and moves."""
    frame = data["theory_verdicts"].assign(later=later(data["theory_verdicts"], data["moved"]))
    joint = data["theory_sets"].set_index(["theory", "of"]).xs("Geneva and Busan", level="of")
    nats = data["evidence_given"].query("record == 'both' and number == 'both by spell'").set_index("theory")
    legs = frame.drop_duplicates(["place", "leg"])
    rule = [_right(legs["leg"] == "tariff", legs[when]) for when in WHEN for _ in range(2)]
    rows = []
    for theory, name in NAMES.items():
        own = frame[frame["theory"] == theory]
        left_out = own["word"].map({"holds": True, "breaks": False})
        counts = [_right(word, own[when]) for when in WHEN for word in (left_out, counted(own))]
        if any(own_right > least for (own_right, _), (least, _) in zip(counts, rule, strict=True)):
            raise PaperFault("section truces says that no theory is right about more legs than the rule")
        if theory == "custom in kind" and any(own_right < decided for own_right, decided in counts):
            raise PaperFault("section truces says that in kind errs about no leg that it decides")
        share, lost = joint.loc[theory, ["share", "irrational"]]
        both = (f"{100 * share:.0f}", f"{100 * share * (1 - lost):.0f}")
        rows.append((name, *map(_of, counts), *both, _nats(nats, theory)))
    rows.append((RULE, *map(_of, rule), "--", "--", "--"))
    columns = ("theory", *("left out", "broken") * 3, "nats (range)")
    text = tabular(columns, rows, r"@{}l*{7}{@{\hspace{9pt}}r}@{}", size=r"\footnotesize")
    heads = ("to November 2025", "to October 2026", "all legs, percent")
    first = "".join(rf" & \multicolumn{{2}}{{c}}{{{head}}}" for head in heads) + r" & moves \\"
    rules = r"\cmidrule(lr){2-3}\cmidrule(lr){4-5}\cmidrule(lr){6-7}\cmidrule(l){8-8}"
    return text.replace("\\toprule\n", f"\\toprule\n{first}\n{rules}\n")


def later(verdicts, moved):
    """Return for each row whether the leg was kept to October 2026."""
    broken = set(moved.loc[moved["by level"].str.startswith("broken"), "leg"])
    return verdicts["held"] & ~(verdicts["place"].eq("Busan") & verdicts["leg"].isin(broken))


def counted(rows):
    """Return whether a leg holds, not rational counted as broken; none if the draws do not bear it out."""
    held = rows["share"] * (1.0 - rows["irrational"])
    said = rows["holds"] & rows["rational"]
    return said.where(held.where(said, 1.0 - held) >= LEAST)


def _right(word, record):
    decided = word.dropna()
    return int((decided.astype(bool) == record[decided.index]).sum()), len(decided)


def _of(count):
    return f"{count[0]} of {count[1]}"


def _nats(frame, theory):
    if theory not in frame.index:
        return "--"
    value, low, high = frame.loc[theory, ["over_random", "low", "high"]]
    return f"${value:.1f}$ (${low:.1f}$ to ${high:.1f}$)"

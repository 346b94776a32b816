"""Prequential scores of the baselines and of the theories, by weeks of 2025."""

from paper.machinery.tabular import escape, figure_text, tabular

READS = ("scores",)
LEGS = ("all", "tariff", "control", "other")


def table(data):
    """Return one row for each predictor: log scores by leg, Brier score, log score where something moved."""
    frame = data["scores"]
    rows = []
    for kind, title in (("baseline", "baselines"), ("theory", "theories, at the pace of the record")):
        rows.append((title,))
        part = frame[frame["kind"] == kind]
        for name, group in part.groupby("predictor", sort=False):
            by_leg = group.set_index("leg")
            cells = [figure_text(by_leg.loc[leg, "log"]) for leg in LEGS]
            brier, moved = by_leg.loc["all", "brier"], by_leg.loc["all", "log_moves"]
            rows.append((escape(name), *cells, figure_text(brier), figure_text(moved)))
    columns = ("predictor", "log, all", "tariff", "control", "other", "Brier", "log, moves")
    return tabular(columns, rows, "@{}lrrrrrr@{}", size=r"\footnotesize")

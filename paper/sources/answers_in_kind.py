"""Parts kept by credible answer in kind and coverage, and curbs on inputs by cover and clock."""

import negotiation as ng
from negotiation.truce_panel.answers import input_curbs, kept_by_answer
from negotiation.truce_panel.spells import spells_of

MAKES = ("panel_kept_by_answer", "input_curbs")


def compute(budget):  # noqa: ARG001 - nothing is drawn
    """Return one row a cell of parts, and one row a curb."""
    kept = kept_by_answer(spells_of(ng.panel().among("first 47").tables))
    return {"panel_kept_by_answer": kept.to_pandas(), "input_curbs": input_curbs().to_pandas()}

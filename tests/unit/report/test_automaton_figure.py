from itertools import combinations

import pytest

import negotiation as ng
from negotiation.report.figures.automaton import automaton_figure
from negotiation.strategies import grim_trigger, penance, tit_for_tat


def drawn(axis):
    """Return the rectangles of all texts, in pixels."""
    axis.figure.canvas.draw()
    return [(text.get_text(), text.get_window_extent()) for text in axis.texts]


def arrows(axis):
    return [patch for patch in axis.patches if type(patch).__name__ == "FancyArrowPatch"]


@pytest.mark.parametrize("length", [1, 3, 11])
def test_there_is_an_arrow_for_each_pair_of_states_that_play_links(dilemma, length):
    automaton = penance(dilemma, ("C", "C"), ("D", "D"), length)
    pairs = {(state, target) for state, row in automaton.transitions.items() for target in row.values()}
    assert len(arrows(automaton_figure(automaton))) == len(pairs)


def automata(dilemma):
    stage = ng.StageGame.from_matrices(
        [[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -15]]
    )
    found = ng.equilibrium_payoffs(ng.RepeatedGame(stage, 0.3))
    yield grim_trigger(dilemma, ("C", "C"), ("D", "D"))
    yield tit_for_tat(dilemma)
    yield penance(dilemma, ("C", "C"), ("D", "D"), 3)
    yield penance(dilemma, ("C", "C"), ("D", "D"), 11)
    yield ng.strategy_for(found, found.inner.mean(axis=0))


@pytest.mark.long
def test_no_text_covers_another_and_all_are_within_the_figure(dilemma):
    for automaton in automata(dilemma):
        axis = automaton.plot()
        found, figure = drawn(axis), axis.figure
        for (one, box), (other, second) in combinations(found, 2):
            assert not box.shrunk(0.9, 0.9).overlaps(second.shrunk(0.9, 0.9)), (one, other)
        for text, box in found:
            assert figure.bbox.containsx(box.x0), text
            assert figure.bbox.containsx(box.x1), text
            assert figure.bbox.containsy(box.y0), text
            assert figure.bbox.containsy(box.y1), text

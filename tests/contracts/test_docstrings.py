"""Every public name, its methods, and the results that they return say what they take and return."""

import ast
import inspect
from dataclasses import fields, is_dataclass

import pytest

from tests.contracts.docstrings import described, documented, faults, sections
from tests.contracts.handed_on import (
    FLOORS,
    kept_to_itself,
    misplaced,
    modules,
    returned,
    tables_without_names,
    tree_of,
    turned_round,
)

DOCUMENTED = documented()


def test_nothing_public_is_left_unsaid():
    missing = {name: [*faults(found, shown=shown)] for name, (found, shown) in DOCUMENTED.items()}
    assert {name: said for name, said in missing.items() if said} == {}


def sections_of_internals(module, public):
    """Yield (name, titles) of what is not public and describes parameters, returns or errors in sections."""

    def look(node, above):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.ClassDef, ast.FunctionDef)):
                name = ".".join([*above, child.name])
                titles = sections(ast.get_docstring(child) or "")[1].keys() & SECTIONS
                if titles and (module.__name__, name) not in public:
                    yield name, sorted(titles)
                yield from look(child, [*above, child.name])

    return look(tree_of(module), [])


SECTIONS = {"Parameters", "Returns", "Yields", "Raises"}


@pytest.mark.long
def test_internals_are_told_in_a_sentence():
    public = {(found.__module__, found.__qualname__) for found, _ in DOCUMENTED.values()}
    public |= {
        ("negotiation.base.labelled.tabular", "Tabular.table")
    }  # the promise that every result's `table` keeps
    found = {
        module.__name__: said for module in modules() if (said := [*sections_of_internals(module, public)])
    }
    assert found == {}, "a sentence, the shapes of arrays, and comments where a reader stops"


# Those whose fields with a default stand last, and are described before others.
OTHERWISE = {
    "CorrelatedEquilibrium", "CriticalDiscountFactor", "Level", "Minmax", "PayoffBounds", "ReadingVerdict",
    "RenegotiationProofSet",
}  # fmt: skip


def test_what_is_made_has_its_fields_in_the_order_in_which_they_are_described():
    # They are given by place: two of one kind that changed places would be taken for one another.
    compared, otherwise = 0, set()
    for module in modules():
        for kind in vars(module).values():
            if not inspect.isclass(kind) or not is_dataclass(kind) or kind.__module__ != module.__name__:
                continue
            told = described(sections(inspect.cleandoc(kind.__doc__ or ""))[1].get("Parameters", ""))
            names = [field.name for field in fields(kind)]
            compared += bool(told)
            if [name for name in told if name in names] != [name for name in names if name in told]:
                otherwise.add(kind.__name__)
    assert compared > 90
    assert otherwise == OTHERWISE, "describe the fields in the order of the class"


WITHOUT = {
    ("games_of", "Pace", "agencies"),  # the pace of the calibration, where none is given
    ("_asked", "Asked", "levels"),  # the levels of a size, where none are known
    ("next_choice", "expect_count", "error"),  # a class of errors there, a chance here
    ("replay", "verdict", "as_of"),  # which is given the dispute as it was known then
    ("beside", "consistent", "before"),  # all choices, in hindsight, beside the earlier
    ("_about", "scenario_for", "as_of"),  # the last day that a forecast sees is no day of the dispute's
    ("verdict", "question", "size"),  # the text with its own remedy has the instruments that it binds
}


@pytest.mark.long
def test_what_is_given_is_handed_on_to_all_that_take_it():
    found = {one for module in modules(*FLOORS) for one in kept_to_itself(module)}
    assert found == WITHOUT, "hand it on, or name the call in WITHOUT where it is not meant for it"


MEANT = {
    # Where the text alone is asked with its own remedy, it has one margin, which answers every question.
    *(
        ("truces.verdicts.verdict", kind, question, "margin")
        for kind in ("Drawn", "TheoryVerdict")
        for question in ("any_change", "any_harsher", "dated", "last")
    ),
    ("truces.verdicts.verdict", "DatedMargins", "last", "margin"),  # as any, where levels last
    ("lab.designs", "sample", "rng", "count"),  # another `sample` than that of a bench
    ("truces.studies.lag_and_path", "LagAndPath", "drawn_margin", "margin"),
    ("truces.studies.lag_and_path", "LagAndPath", "drawn_rational", "rational"),
    ("lab.pending", "commit", "run", "batch"),  # another `commit` than the store's
    ("lab.storing.stored", "Table", "columns", "names"),
    ("truces.verdicts.agreements", "dict", "record_instrument", "instrument"),
    ("truces.claims.table", "_first", "count", "draws"),  # how many draws a claim takes
    ("truces.compiling.clock", "Automaton", "states", "actions"),
    ("truces.prediction.baselines.two_pace", "Paces", "quiet", "active"),  # the paces change their names
    ("truces.prediction.baselines.two_pace", "Paces", "active", "quiet"),
    ("truces.prediction.baselines.two_pace", "Paces", "rises", "falls"),
    ("truces.prediction.baselines.two_pace", "Paces", "falls", "rises"),
    ("truces.prediction.forecast", "Forecast", "theories", "names"),
    ("truces.studies.negotiated_anew", "_between", "found", "other"),
    ("truces.replay.replay", "Replay", "asked_in", "state"),  # its `state` is the likeliest one
}


@pytest.mark.long
def test_what_has_the_name_of_a_parameter_is_given_as_that_parameter():
    found = {
        (module.__name__.removeprefix("negotiation."), *one)
        for module in modules(*FLOORS)
        for one in misplaced(module)
    }
    assert found == MEANT, "give it as the parameter of its name, or name the call in MEANT"


@pytest.mark.long
def test_lower_ends_stand_before_upper_ones_and_what_is_returned_in_a_row_is_taken_in_its_order():
    trees = {module.__name__: tree_of(module) for module in modules(*FLOORS)}
    rows = returned(trees.values())
    assert {name: found for name, tree in trees.items() if (found := [*turned_round(tree, rows)])} == {}


def test_tables_are_given_the_names_that_their_results_have_of_identifiers():
    for module in modules(*FLOORS):
        assert list(tables_without_names(tree_of(module))) == [], module.__name__

"""Every public name, its methods, and the results that they return say what they take and return."""

import ast
import inspect
import sys
from dataclasses import fields, is_dataclass

import pytest

from tests.contracts import handed_on
from tests.contracts.docstrings import described, documented, faults, sections
from tests.contracts.handed_on import (
    FLOORS,
    kept_to_itself,
    misplaced,
    modules,
    returned,
    tables_without_names,
    turned_round,
    unused,
)

DOCUMENTED = documented()


def test_nothing_public_is_left_unsaid():
    missing = {name: [*faults(found, shown=shown)] for name, (found, shown) in DOCUMENTED.items()}
    assert {name: said for name, said in missing.items() if said} == {}


def sections_of_internals(source, module, public):
    """Yield (name, titles) of what is not public and describes parameters, returns or errors in sections."""

    def look(node, above):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.ClassDef, ast.FunctionDef)):
                name = ".".join([*above, child.name])
                titles = sections(ast.get_docstring(child) or "")[1].keys() & SECTIONS
                if titles and (module, name) not in public:
                    yield name, sorted(titles)
                yield from look(child, [*above, child.name])

    return look(ast.parse(source), [])


SECTIONS = {"Parameters", "Returns", "Yields", "Raises"}


def test_internals_are_told_in_a_sentence():
    public = {(found.__module__, found.__qualname__) for found, _ in DOCUMENTED.values()}
    public |= {
        ("negotiation.base.labelled.tabular", "Tabular.table")
    }  # the promise that every result's `table` keeps
    found = {
        module.__name__: said
        for module in modules()
        if (said := [*sections_of_internals(inspect.getsource(module), module.__name__, public)])
    }
    assert found == {}, "a sentence, the shapes of arrays, and comments where a reader stops"


def test_sections_of_internals_are_found():
    source = 'class A:\n    def f(self):\n        """Do.\n\n        Raises\n        ------\n        """'
    assert list(sections_of_internals(source, "here", set())) == [("A.f", ["Raises"])]
    assert list(sections_of_internals(source, "here", {("here", "A.f")})) == []


def test_what_is_looked_at_are_names_methods_and_results():
    assert {"solve", "StageGame", "strategies.grim_trigger", "space.linspace"} <= DOCUMENTED.keys()
    assert "negotiation.game_theory.games.stage.StageGame.payoff" in DOCUMENTED
    assert "negotiation.game_theory.solvers.nash.solution.NashSolution.only" in DOCUMENTED


def nothing(a, *rest, b=1):
    """Return nothing of use."""


def all_of_it(a, b) -> int:
    """Return a sum.

    Parameters
    ----------
    a, b : int
        What is added.

    Returns
    -------
    int
        The sum.

    Examples
    --------
    >>> all_of_it(1, 2)
    3
    """
    return a + b


def half(a, b) -> int:
    """Return a sum.

    Parameters
    ----------
    a : int
        What is added.
    b : int

    Examples
    --------
    An example that does not run.
    """


def bare(a): ...


def test_what_is_missing_is_found():
    assert list(faults(all_of_it, shown=True)) == []
    assert list(faults(nothing, shown=False)) == ["does not describe a, rest, b"]
    assert list(faults(half, shown=True)) == [
        "does not describe b",
        "does not say what it returns",
        "has no example that runs",
    ]
    assert list(faults(bare, shown=False)) == ["has no summary", "does not describe a"]


def test_sections_are_told_apart():
    summary, parts = sections(all_of_it.__doc__.replace("\n    ", "\n"))
    assert summary == "Return a sum."
    assert list(parts) == ["Parameters", "Returns", "Examples"]


def test_parameters_are_told_in_their_order():
    text = "a, *b : int\n    What.\nnone : int\nc : int\n    What."
    assert described(text) == ["a", "b", "c"]


# Those whose fields with a default stand last, and are described before others.
OTHERWISE = {
    "CorrelatedEquilibrium", "CriticalDiscountFactor", "Level", "Minmax", "PayoffBounds", "ReadingVerdict",
    "RenegotiationProofSet", "TheoryVerdict",
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


@pytest.mark.parametrize("floor", FLOORS)
def test_what_is_taken_named_or_imported_is_used(floor):
    # A value that is lost on its way is named and not read.
    looked_at = modules(floor)
    assert len(looked_at) > 25
    for module in looked_at:
        opens = module.__file__.endswith("__init__.py")
        tree = ast.parse(inspect.getsource(module))
        assert list(unused(tree, imports=not opens)) == [], module.__name__


WITHOUT = {
    ("games_of", "Pace", "agencies"),  # the pace of the calibration, where none is given
    ("_asked", "Asked", "levels"),  # the levels of a size, where none are known
}


def test_what_is_given_is_handed_on_to_all_that_take_it():
    found = {one for module in modules(*FLOORS) for one in kept_to_itself(module)}
    assert found == WITHOUT, "hand it on, or name the call in WITHOUT where it is not meant for it"


MEANT = {
    ("truces.verdicts.verdict", "DatedMargins", "last", "margin"),  # as any, where levels last
    ("lab.dispatch", "commit", "run", "batch"),  # another `commit` than the store's
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
}


def test_what_has_the_name_of_a_parameter_is_given_as_that_parameter():
    found = {
        (module.__name__.removeprefix("negotiation."), *one)
        for module in modules(*FLOORS)
        for one in misplaced(module)
    }
    assert found == MEANT, "give it as the parameter of its name, or name the call in MEANT"


def test_lower_ends_stand_before_upper_ones_and_what_is_returned_in_a_row_is_taken_in_its_order():
    trees = {module.__name__: ast.parse(inspect.getsource(module)) for module in modules(*FLOORS)}
    rows = returned(trees.values())
    assert {name: found for name, tree in trees.items() if (found := [*turned_round(tree, rows)])} == {}


def test_what_was_turned_round_is_found():
    tree = ast.parse(TURNED)
    assert list(turned_round(tree, returned([tree]))) == [
        ("share", "rest"), ("rest", "share"), *[("high", "low")] * 4,
    ]  # fmt: skip


TURNED = """
def parts(a):
    return a.share, a.rest

share, rest = parts(1)
share, other = parts(1)
rest, share = parts(1)
one = (q.low, q.high), q.low < q.high, q.low <= x <= q.high, of(low, high), of(high)
two = (q.high, q.low)
three = q.low > q.high
four = q.high < q.low
five = of(high, low)
"""


def test_tables_are_given_the_names_that_their_results_have_of_identifiers():
    for module in modules(*FLOORS):
        assert list(tables_without_names(ast.parse(inspect.getsource(module)))) == [], module.__name__


def test_tables_without_names_are_found():
    assert list(tables_without_names(ast.parse(TABLES))) == [("Here", 7), ("There", 18)]


TABLES = """
class Here:
    names: Mapping[str, str]
    def table(self):
        return Table("a", (), (), self.names), Table("a", (), (), names=self.names)
    def other(self):
        return Table("a", (), ())

class Elsewhere:
    names: tuple[str, ...]
    def table(self):
        return Table("a", (), ())

class There:
    @property
    def names(self) -> Mapping[str, str]: ...
    def table(self):
        return Table("a", (), (), self.others)
"""

LOST = """
import used, lost
from here import there as gone


def taken(a, b, *rest, c=1):
    d = 2
    return a, used, lambda x, y: x


def promised(a): ...


def __exit__(a):
    pass
"""


def test_what_is_lost_is_found():
    assert sorted(unused(ast.parse(LOST))) == [
        ("import", "gone"), ("import", "lost"), ("lambda", "y"), ("taken", "b"), ("taken", "c"),
        ("taken", "d"), ("taken", "rest"),
    ]  # fmt: skip
    assert ("import", "lost") not in unused(ast.parse(LOST), imports=False)


def callee(a, b=1, c=2):
    return a, b, c


def test_what_is_kept_back_is_found(monkeypatch):
    monkeypatch.setattr(callee, "__module__", "negotiation.made_up")
    monkeypatch.setattr(handed_on.inspect, "getsource", lambda _: SAID)
    here = sys.modules[__name__]
    assert list(kept_to_itself(here)) == [("caller", "callee", "b"), ("caller", "callee", "c")]
    assert list(misplaced(here)) == [
        ("callee", "b", "c"), ("callee", "a", "b"), ("callee", "c", "a"), ("dict", "a", "b"),
    ]  # fmt: skip


SAID = """
def caller(a, b, c):
    return callee(a, c=c), callee(a, b), callee(*a), callee(a, **b), callee(a, b, c=3)

def mistaken(one, a, b):
    return callee(1, one.c), callee(one.b, 2, c=a), callee(one, *b), {"a": b, "b": b, "d": one.c, **a}
"""

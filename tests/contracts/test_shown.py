"""How every public object is shown: short in a list, a page where it is printed, HTML in notebooks.

Objects are found from a few that hold others: a replay holds its verdicts, checks, moves and lifetimes. A new
kind of result that shows itself in a way of its own, and that none of them holds, needs a line in `makers`.
"""

import dataclasses
from collections.abc import Mapping
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

import negotiation as ng
from negotiation.base.labelled import Table, Tabular
from negotiation.lab import load_experiment
from negotiation.report.commands.output import fitted_table
from negotiation.testing.contracts.results import shown_fault


def makers():
    """Yield objects that hold all others."""
    from negotiation.truces.claims.table import claims_table
    from negotiation.truces.prediction.forecast import forecast
    from negotiation.truces.studies.leverage import leverage
    from negotiation.truces.verdicts.authority import authority_loss

    scenario = ng.load_scenario("us-china-2025")
    stage = scenario.stage_game("small")
    busan = ng.truce("2025-10-busan")
    yield scenario
    yield scenario.stage_game("full")
    yield ng.RepeatedGame(stage, 0.9)
    yield ng.PublicSignal.revealing(stage)
    yield scenario.stochastic_game()
    yield scenario.continuous_game("small", moving=[])
    for name in ng.truce_names(ng.load_scenario("us-china-2025")):
        yield ng.replay(name, scenario, draws=2)
    yield busan
    yield busan.game(scenario)
    yield busan.compile(scenario)
    yield ng.verdict(busan, scenario, remedy="as written", noise=True)
    yield load_experiment("truce_life")
    calm = ng.strategies.grim_trigger(stage, *[tuple(a[0] for a in stage.actions)] * 2)
    yield ng.simulate(ng.RepeatedGame(stage, 0.9), calm, 5, rng=0)
    yield claims_table(scenario, draws=8, rng=0)
    yield forecast("2025-10-busan", scenario=scenario, theories="moment")
    yield leverage(scenario, draws=2, rng=0)
    yield authority_loss(scenario, ("2025-10-busan",))


def held(value, seen):
    """Yield every object with a table that a value holds, itself among them."""
    if id(value) in seen:
        return
    seen[id(value)] = value
    if isinstance(value, Tabular):
        yield value
    if isinstance(value, Mapping):
        parts = list(value.values())
    elif isinstance(value, (tuple, list)):
        parts = list(value)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = [getattr(value, field.name) for field in dataclasses.fields(value)]
    else:
        parts = []
    for part in parts:
        yield from held(part, seen)


@pytest.fixture(scope="module")
def objects():
    found = {}
    seen = {}
    for made in makers():
        for each in held(made, seen):
            found.setdefault(type(each).__name__, []).append(each)
    return found


@pytest.mark.long
def test_every_object_is_short_in_a_list_a_page_in_print_and_closed_html(objects):
    faults = {name: [shown_fault(one) for one in each] for name, each in objects.items()}
    assert {name: set(each) for name, each in faults.items() if any(each)} == {}


LETTERS = st.text(st.characters(codec="utf-8"), max_size=60)
CELLS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | LETTERS
    | st.lists(LETTERS, max_size=4).map(tuple)
)


@st.composite
def tables(draw):
    """Draw a table of any size and content."""
    columns = draw(st.lists(LETTERS, min_size=1, max_size=12, unique=True))
    row = st.tuples(*[CELLS] * len(columns))
    return Table(draw(LETTERS), tuple(columns), tuple(draw(st.lists(row, max_size=40))))


class Shown(Tabular):
    """A result of a table alone."""

    def __init__(self, table):
        self._table = table

    def table(self):
        return self._table


@pytest.mark.long
@given(tables())
def test_any_table_fits_wherever_it_is_shown(table):
    assert shown_fault(Shown(table)) is None
    rendered, _ = fitted_table(table, 80)
    console = Console(width=80, file=StringIO(), markup=False)
    console.print(rendered)
    assert all(cell_len(line.rstrip()) <= 80 for line in console.file.getvalue().splitlines())


@given(tables(), st.integers(1, 30))
def test_rows_and_columns_that_are_not_shown_are_counted(table, rows):
    text = table.text(most_rows=rows)
    hidden = len(table.rows) - rows
    assert (f"... {hidden} row{'' if hidden == 1 else 's'} more" in " ".join(text.split())) is (hidden > 0)


def test_html_escapes_what_labels_have():
    html = Table("<b>", ("a & b",), (("<script>",),))._repr_html_()
    assert "&lt;b&gt;" in html
    assert "a &amp; b" in html
    assert "<script>" not in html

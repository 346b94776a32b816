import pandas as pd
import pytest
from matplotlib.figure import Figure

import negotiation as ng
from negotiation.base.labelled import Table
from negotiation.base.labelled.on_terminal import fitted_table
from negotiation.report.commands.doctor import doctor_table
from negotiation.report.commands.output import Output
from negotiation.report.figures.canvas import BLUE, ORANGE
from negotiation.report.figures.truces.dates import name_dates
from negotiation.report.files import data_frame, write_figure, write_tables

TABLE = Table(
    "mixed",
    ("word", "number", "truth", "some", "parts"),
    (("a", 1.5, True, 0.25, ("x", "y")), ("b", 2.0, None, "none", ())),
)


def test_each_column_has_one_type():
    frame = data_frame(TABLE)
    assert [str(kind) for kind in frame.dtypes] == ["string", "float64", "boolean", "string", "string"]
    assert frame["some"].tolist() == ["0.25", "none"]


def test_tables_survive_the_round_trip(tmp_path):
    files = write_tables({"mixed": TABLE}, tmp_path / "deep" / "folder")
    assert [path.name for path in files] == ["mixed.csv", "mixed.parquet"]
    assert pd.read_parquet(files[1])["number"].tolist() == [1.5, 2.0]


@pytest.mark.parametrize("name", ["../x", "a/b", "/x"])
def test_a_name_leads_to_no_other_folder(tmp_path, name):
    with pytest.raises(ng.NegotiationError, match="a file's name is needed"):
        write_tables({name: TABLE}, tmp_path / "tables")
    with pytest.raises(ng.NegotiationError, match="a file's name is needed"):
        write_figure(Figure().subplots(), tmp_path / "tables", name)
    assert [path.name for path in tmp_path.rglob("*")] == ["tables"]


def test_failed_write_leaves_no_half_file(tmp_path):
    class Broken(Figure):
        def savefig(self, path, format, metadata):
            path.write_bytes(b"half")
            raise OSError("disk full")

    with pytest.raises(ng.NegotiationError, match=r"levels.png: cannot be written .*disk full"):
        write_figure(Broken().subplots(), tmp_path, "levels")
    assert list(tmp_path.iterdir()) == []


def test_figure_of_a_long_record_names_its_years_and_colours_its_own_countries():
    result = ng.replay("2023-03-tokyo", draws=0)
    axes = result.plot()
    assert axes.get_title(loc="left").startswith("Levels in force, 2018 to 2023, with")
    panels = axes.child_axes
    colours = {panel.get_ylabel().split("  ")[0]: panel.lines[0].get_color() for panel in panels}
    assert colours == {"Japan": BLUE, "South Korea": ORANGE}
    low, high = panels[-1].get_xlim()
    years = panels[-1].xaxis.get_major_formatter()
    shown = [years(day) for day in panels[-1].get_xticks() if low <= day <= high]
    assert shown == ["2019", "2020", "2021", "2022", "2023", "2024"]


def test_only_the_columns_asked_for_are_shown():
    shown, left_out = fitted_table(TABLE, 80, ["number", "word"])
    assert [column.header for column in shown.columns] == ["number", "word"]
    assert left_out is None


def test_doctor_lists_what_is_required():
    states = {row[1]: row[2] for row in doctor_table().rows}
    assert states["negotiation"] == ng.__version__
    assert states["numpy"] != "not installed"


def test_no_text_of_a_csv_is_a_formula_and_numbers_stay_numbers(tmp_path):
    table = Table("t", ("=a", "n", "m"), (("@sum", -1.5, "-2.5"), ("plain", 2.0, "none")))
    csv, parquet = write_tables({"t": table}, tmp_path)
    assert csv.read_text().splitlines() == ["'=a,n,m", "'@sum,-1.5,-2.5", "plain,2.0,none"]
    kept = pd.read_parquet(parquet)
    assert (list(kept.columns), kept["=a"].tolist()) == (["=a", "n", "m"], ["@sum", "plain"])
    odd = Table("t", ("a", "holds"), (("x", True), ("y", None)))
    pd.testing.assert_frame_equal(pd.read_parquet(write_tables({"t": odd}, tmp_path)[1]), data_frame(odd))


def test_nothing_that_is_printed_moves_the_cursor(capsys):
    output = Output()
    output.say("\x1b[2J\x9b2J")
    output.path("\x1b[2J\x9b2J")
    output.table(Table("\x1b[1m", ("\x1b[2m",), (("\x1b[3m",),)))
    output.heading("\x1b]0;title\x07")
    Output(as_json=True).document({"\x1b[2J": Table("\x1b[1m", ("\x9b2J",), (("\x1b[3m",),))})
    out = capsys.readouterr().out
    assert all(line.isprintable() for line in out.splitlines())
    assert "\\x1b[2J" in out


def test_names_in_a_figure_are_no_formulas(tmp_path):
    odd = "$\\frac{$ \x1b[2J"

    def measure(cell):
        return {odd: cell[odd] * 2.0}

    experiment = ng.Experiment(
        slug="odd", question=odd, measure=measure, space=ng.space.linspace(odd, 0, 1, 3), labels={odd: odd}
    )
    found = ng.run(experiment, store=tmp_path)
    assert [path.suffix for path in write_figure(found.plot(), tmp_path, "odd")] == [".png", ".pdf"]


def test_years_name_a_long_axis_of_days_and_months_a_short_one():
    shown = {}
    for last in (300.0, 2000.0):
        axis = Figure().subplots()
        axis.set_xlim(0.0, last)
        name_dates(axis, 0.0, last)
        words = axis.xaxis.get_major_formatter()
        shown[last] = [words(day) for day in axis.get_xticks() if 0 <= day <= last]
    assert shown[300.0][:3] == ["Jan", "Feb", "Mar"]
    assert shown[2000.0] == ["1970", "1971", "1972", "1973", "1974", "1975"]

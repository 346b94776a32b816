import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure

import negotiation as ng
from negotiation.base.labelled import Table
from negotiation.report.commands.doctor import OPTIONAL, REQUIRED
from negotiation.report.commands.output import Output
from negotiation.report.explorer.page import FEW
from negotiation.report.files import write_figure, write_tables

TABLE = Table(
    "mixed",
    ("word", "number", "truth", "some", "parts"),
    (("a", 1.5, True, 0.25, ("x", "y")), ("b", 2.0, None, "none", ())),
)


def test_tables_survive_the_round_trip(tmp_path):
    files = write_tables({"mixed": TABLE}, tmp_path / "deep" / "folder")
    assert [path.name for path in files] == ["mixed.csv"]
    assert pd.read_csv(files[0])["number"].tolist() == [1.5, 2.0]


@pytest.mark.parametrize("name", ["../x", "a/b", "/x"])
def test_a_name_leads_to_no_other_folder(tmp_path, name):
    with pytest.raises(ng.NegotiationError, match="expected a name without a folder"):
        write_tables({name: TABLE}, tmp_path / "tables")
    with pytest.raises(ng.NegotiationError, match="expected a name without a folder"):
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


def test_no_text_of_a_csv_is_a_formula_and_numbers_stay_numbers(tmp_path):
    table = Table("t", ("=a", "n", "m"), (("@sum", -1.5, "-2.5"), ("plain", 2.0, "none")))
    (csv,) = write_tables({"t": table}, tmp_path)
    assert csv.read_text().splitlines() == ["'=a,n,m", "'@sum,-1.5,-2.5", "plain,2.0,none"]


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


@pytest.mark.long
def test_names_in_a_figure_are_no_formulas(tmp_path):
    odd = "$\\frac{$ \x1b[2J"

    def measure(cell):
        return {odd: cell[odd] * 2.0}

    experiment = ng.Experiment(
        slug="odd", question=odd, measure=measure, space=ng.space.linspace(odd, 0, 1, 3), labels={odd: odd}
    )
    found = ng.run(experiment, store=tmp_path)
    assert [path.suffix for path in write_figure(found.plot(), tmp_path, "odd")] == [".png", ".pdf"]


def test_places_of_a_slider_stand_in_order():
    assert all([*places] == sorted({*places}) for places in FEW)


def test_the_packages_that_doctor_shows_are_those_of_the_project():
    project = tomllib.loads((Path(ng.__file__).parents[1] / "pyproject.toml").read_text())["project"]

    def names(needed):
        return {re.match(r"[\w-]+", each)[0].replace("-", "_") for each in needed}

    assert {name.replace("-", "_") for name in REQUIRED} == names(project["dependencies"])
    for name, extra in OPTIONAL.items():
        assert name.replace("-", "_") in names(project["optional-dependencies"][extra])

from dataclasses import dataclass
from io import StringIO

from rich.console import Console

from negotiation.base.labelled import Table, Tabular, format_cell, is_number, spreadsheet_text
from negotiation.base.labelled.naming import namer
from negotiation.base.labelled.on_terminal import fitted_table
from negotiation.report.commands.output import plain
from negotiation.report.files import write_tables


@dataclass(frozen=True)
class Counted(Tabular):
    count: int

    def table(self):
        return Table("counts", ("what", "number"), (("apples", self.count), ("pears", None)))


def test_numbers_align_right_and_text_left():
    lines = str(Table("t", ("name", "n"), (("long name", 1), ("x", 1000)))).splitlines()
    assert lines == ["t", "name          n", "long name     1", "x          1000"]


def test_a_column_of_numbers_with_gaps_is_still_set_as_numbers():
    assert str(Table("t", ("n", "m"), ((10, 1), (None, 2)))).splitlines()[2:] == ["10  1", "    2"]


def test_no_line_ends_in_spaces():
    assert all(line == line.rstrip() for line in str(Counted(3)).splitlines())


def test_a_table_without_rows_prints_its_head():
    assert str(Table("none", ("a", "b"), ())) == "none\na  b"
    assert list(Table("none", ("a", "b"), ()).to_pandas().columns) == ["a", "b"]


def test_data_frame_keeps_columns_and_values():
    frame = Counted(3).to_pandas()
    assert list(frame.columns) == ["what", "number"]
    assert frame.loc[0, "number"] == 3
    assert len(frame) == 2


def test_a_result_prints_as_its_table():
    assert str(Counted(3)) == str(Counted(3).table())


def test_cells():
    given = (None, False, True, 1 / 3, 1e-12, 123456789, [1.0, "a"])
    assert [*map(format_cell, given)] == ["", "no", "yes", "0.333333", "1e-12", "123456789", "1, a"]
    assert [*map(is_number, given)] == [False, False, False, True, True, True, False]


NASTY = "\x1b]0;title\x07\x1b[2J\x9b31m\u202e\ud800\r\n"


def test_no_control_character_of_a_label_is_printed():
    table = Table(NASTY, (NASTY, "n"), ((NASTY, 1), ((NASTY, "b"), 2.5)))
    for line in str(table).split("\n"):
        assert line.isprintable()
    assert len(str(table).split("\n")) == 4
    assert "\\x1b[2J" in str(table)
    assert table.printable().rows[1][1] == 2.5


def test_what_a_spreadsheet_would_compute_is_marked_as_text_and_nothing_else():
    formulas = [
        "=1+1", "+cmd", "-2+3", "@sum", "\t=1", "\r=1", "\n=1", "-", "- note", "+1-1", "=5", "\uff1d1+1",
        "\uff0b1", "\uff0d2+3", "\uff20sum",
    ]  # fmt: skip
    assert [*map(spreadsheet_text, formulas)] == [f"'{text}" for text in formulas]
    others = ["-1", "+1.5", "-1.5e-3", ".5", "-.5", "1=1", "a@b", "", "'=1", " =1", "-3."]
    assert [*map(spreadsheet_text, others)] == others


NAMES = {
    "USA": "United States",
    "chip_control": "chip control",
    "visa": "student visas",
    "tariff=geneva": "tariff: geneva",
    "chip_control=licensed": "chip control: licensed",
    "2025-05-geneva": "Geneva joint statement",
}


def named_table():
    rows = (("USA", "chip_control", 1.5), ("CHN", "visa", None))
    return Table("2025-05-geneva: moves of USA", ("country", "instrument", "payoff USA"), rows, NAMES)


def test_names_are_printed_in_title_heads_and_cells():
    shown = [
        "Geneva joint statement: moves of United States",
        "country        instrument     payoff United States",
        "United States  chip control                    1.5",
        "CHN            student visas",
    ]
    assert str(named_table()).splitlines() == shown
    for words in ("Geneva joint statement", "payoff United States", "chip control", "student visas"):
        assert words in named_table()._repr_html_()


def test_names_are_shown_on_a_terminal():
    console = Console(width=80, file=StringIO(), markup=False)
    console.print(named_table())
    console.print(fitted_table(named_table(), 80)[0])
    text = console.file.getvalue()
    for words in ("Geneva joint statement", "payoff United States", "chip control", "student visas"):
        assert text.count(words) == 2


def test_data_frames_files_and_json_keep_identifiers(tmp_path):
    table = named_table()
    bare = Table(table.title, table.columns, table.rows)
    assert table == bare
    assert table.to_pandas().equals(bare.to_pandas())
    assert plain(table) == plain(bare)
    write_tables({"named": table, "bare": bare}, tmp_path)
    for kind in ("csv", "parquet"):
        assert (tmp_path / f"named.{kind}").read_bytes() == (tmp_path / f"bare.{kind}").read_bytes()


def test_names_go_along_with_some_columns_and_rows():
    assert "chip control" in str(named_table().only(["instrument"]))
    assert "chip control" in str(named_table().printable())
    assert "... 1 row more" in named_table().text(most_rows=1)


def test_a_label_in_capitals_stays_where_its_name_would_be_broken_or_cost_a_column():
    narrow = named_table().text(40)
    assert "United" not in narrow
    assert "chip control" in narrow
    wide = Table("t", ("USA", "CHN"), ((1.0, 2.0),), {"USA": "United States", "CHN": "China"})
    assert "United States" in wide.text(20)
    assert wide.text(12).splitlines()[1] == "USA  CHN"
    sentence = Table("t", ("what",), (("moved on by USA",),), NAMES)
    assert sentence.text(20).splitlines()[2:] == ["moved on by USA"]
    assert sentence.text(25).splitlines()[2:] == ["moved on by United States"]


def test_a_word_is_named_only_where_it_is_the_whole_cell_and_no_label_within_a_longer_one():
    named = namer(NAMES)
    assert named("a visa for USA") == "a visa for United States"
    assert named("USAF, chip_controls, 2025-05-geneva-with-visa") == (
        "USAF, chip_controls, 2025-05-geneva-with-visa"
    )
    assert named("tariff=geneva chip_control=licensed") == "tariff: geneva, chip control: licensed"
    assert named("tariff=geneva chip_control=licensed_all") == "tariff: geneva chip_control=licensed_all"
    assert named("first USA visa, then a visa") == "first United States student visas, then a visa"
    assert named(("USA", 1, None)) == ("United States", 1, None)


def test_an_identifier_may_hold_spaces():
    shown = {
        "Geneva text holds": "the text of May holds",
        "USA Geneva text": "United States the text of May",
        "USA visa": "United States student visas",
        "old=a b": "old: first",
        "old=a b new=c": "old: first, new: second",
        "Geneva texts, Geneva": "Geneva texts, Geneva",
    }
    named = namer({
        "USA": "United States", "visa": "student visas", "Geneva text": "the text of May",
        "old=a b": "old: first", "new=c": "new: second",
    })  # fmt: skip
    assert {cell: named(cell) for cell in shown} == shown


def test_names_are_escaped_as_cells_are():
    table = Table("t", ("a",), (("x",),), {"x": "<b>\x1b"})
    assert "&lt;b&gt;\\x1b" in table._repr_html_()
    assert str(table).splitlines()[2] == "<b>\\x1b"


def test_a_terminal_cuts_no_word_of_what_is_shown():
    heads = ("leg", "the record", "each for itself", "custom in kind", "renegotiation", "tariffs hold")
    rows = (
        ("Busan tariff", "held", "yes 0.86", "yes 0.97", "yes 1.00", "yes"),
        ("right, of 3", "", 1, 3, 3, 1),
    )
    for width in (40, 60, 80, 100):
        shown, _ = fitted_table(Table("does a leg hold?", heads, rows), width)
        console = Console(width=width, file=StringIO(), markup=False, emoji=False, highlight=False)
        console.print(shown)
        written = console.file.getvalue()
        assert max(map(len, written.splitlines())) <= width
        kept = heads[: len(shown.columns)]
        assert {word for head in kept for word in head.split()} <= set(written.split())

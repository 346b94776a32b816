from negotiation.base.labelled import Table, spreadsheet_text
from negotiation.base.labelled.naming import namer
from negotiation.report.commands.output import plain
from negotiation.report.files import write_tables


def test_numbers_align_right_and_text_left():
    lines = str(Table("t", ("name", "n"), (("long name", 1), ("x", 1000)))).splitlines()
    assert lines == ["t", "name          n", "long name     1", "x          1000"]


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


def test_data_frames_files_and_json_keep_identifiers(tmp_path):
    table = named_table()
    bare = Table(table.title, table.columns, table.rows)
    assert table == bare
    assert table.to_pandas().equals(bare.to_pandas())
    assert plain(table) == plain(bare)
    write_tables({"named": table, "bare": bare}, tmp_path)
    assert (tmp_path / "named.csv").read_bytes() == (tmp_path / "bare.csv").read_bytes()


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

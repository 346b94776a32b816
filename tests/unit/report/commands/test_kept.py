import json

import pytest
from typer.testing import CliRunner

from negotiation.cli import app
from negotiation.report.commands import forecast as command
from negotiation.report.commands import kept


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv(kept.FOLDER, str(tmp_path / "cache"))
    return tmp_path / "cache"


class Maker:
    """Writes the number of the call, so that what is kept can be told from what is made anew."""

    def __init__(self):
        self.calls = 0

    def __call__(self, folder):
        self.calls += 1
        (folder / "one.csv").write_text(f"call\n{self.calls}\n")
        (folder / "two.png").write_bytes(b"\x89PNG")


def test_the_second_time_the_kept_files_come_and_nothing_is_computed(cache, tmp_path):
    make = Maker()
    assert not kept.filled(tmp_path / "a", "key", make)
    assert kept.filled(tmp_path / "b", "key", make)
    assert make.calls == 1
    for name in ("one.csv", "two.png"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert sorted(path.name for path in (tmp_path / "b").iterdir()) == ["one.csv", "two.png"]


def test_another_key_and_fresh_compute(cache, tmp_path):
    make = Maker()
    for key, fresh in (("key", False), ("other", False), ("key", True)):
        assert not kept.filled(tmp_path / "a", key, make, fresh)
    assert make.calls == 3
    assert kept.filled(tmp_path / "a", "key", make)
    assert (tmp_path / "a" / "one.csv").read_text() == "call\n3\n"


@pytest.mark.parametrize("damage", ["flip", "gone", "list", "deep", "outside"])
def test_what_was_damaged_is_made_anew(cache, tmp_path, damage):
    make = Maker()
    kept.filled(tmp_path / "a", "key", make)
    if damage == "flip":
        (cache / "key" / "one.csv").write_text("call\n7\n")
    if damage == "gone":
        (cache / "key" / "two.png").unlink()
    if damage == "list":
        (cache / "key" / kept.LIST).write_text("[1, 2")
    if damage == "deep":
        (cache / "key" / kept.LIST).write_text("[" * 100_000)
    if damage == "outside":
        (cache / "key" / kept.LIST).write_text('{"../secret": "0"}')
    assert not kept.filled(tmp_path / "b", "key", make)
    assert (tmp_path / "b" / "one.csv").read_text() == "call\n2\n"
    assert kept.filled(tmp_path / "b", "key", make)


def test_files_that_lay_in_the_folder_before_are_not_kept(cache, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "mine.txt").write_text("not of the part")
    kept.filled(tmp_path / "a", "key", Maker())
    assert (tmp_path / "a" / "mine.txt").exists()
    assert not (cache / "key" / "mine.txt").exists()


def test_a_cache_that_cannot_be_written_or_is_off_harms_nothing(tmp_path, monkeypatch):
    make = Maker()
    (tmp_path / "file").write_text("")
    for value in (str(tmp_path / "file"), kept.OFF):
        monkeypatch.setenv(kept.FOLDER, value)
        assert not kept.filled(tmp_path / "a", "key", make)
        assert not kept.filled(tmp_path / "a", "key", make)
    assert make.calls == 4


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """The questions that were really asked, with a cache of their own."""
    monkeypatch.setenv(kept.FOLDER, str(tmp_path / "cache"))
    found, ask = [], command.forecast

    def counted(*args, **options):
        found.append(args)
        return ask(*args, **options)

    monkeypatch.setattr(command, "forecast", counted)
    return found


def printed(*options):
    result = CliRunner().invoke(
        app, ["forecast", "busan", "--as-of", "2025-11-30", "--by", "moment", *options]
    )
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.long
def test_the_second_time_the_same_forecast_comes_without_being_made(asked):
    first = printed("--months", "2", "--json")
    assert printed("--months", "2", "--json") == first
    assert len(asked) == 1
    assert json.loads(first)["theories"] == ["moment"]
    table = printed("--months", "2")
    assert len(asked) == 1
    assert "rare_earth_curb" not in table  # names that a file does not hold


@pytest.mark.long
def test_an_edited_kept_file_is_made_anew(asked, tmp_path):
    first = printed("--months", "1", "--json")
    (path,) = (tmp_path / "cache").glob("*/2025-11-30.json")
    path.write_text(path.read_text(encoding="utf-8").replace("0.", "0.9", 1), encoding="utf-8")
    assert printed("--months", "1", "--json") == first
    assert len(asked) == 2

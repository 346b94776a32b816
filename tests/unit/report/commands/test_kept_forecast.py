"""The command's forecast is kept by content: the same one comes back, and another question is asked anew."""

import json

import pytest
from typer.testing import CliRunner

from negotiation.cli import app
from negotiation.report.commands import forecast as command
from negotiation.report.commands import kept


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


def test_an_edited_kept_file_is_made_anew(asked, tmp_path):
    first = printed("--months", "1", "--json")
    (path,) = (tmp_path / "cache").glob("*/2025-11-30.json")
    path.write_text(path.read_text(encoding="utf-8").replace("0.", "0.9", 1), encoding="utf-8")
    assert printed("--months", "1", "--json") == first
    assert len(asked) == 2

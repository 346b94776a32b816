"""The command `estimate`: what it refuses, and that its tables are the posterior's."""

import json

import pytest
from typer.testing import CliRunner

import negotiation as ng
from negotiation.cli import app
from negotiation.errors import InvalidDate
from negotiation.report.commands.names import typed_day

QUICK = [
    "estimate", "--theory", "moment", "--since", "2025-05-01", "--until", "2025-06-01",
    "--instruments", "tariff", "--parameters", "pace.move_rate", "--particles", "16", "--islands", "2",
]  # fmt: skip


def test_the_document_has_what_the_entry_point_finds():
    said = json.loads(CliRunner().invoke(app, [*QUICK, "--json"], catch_exceptions=False).stdout)
    found = ng.estimate(
        "us-china-2025", "moment", until=typed_day("2025-06-01"), since=typed_day("2025-05-01"),
        instruments=["tariff"], parameters=["pace.move_rate"], particles=16, islands=2,
    )  # fmt: skip
    assert said["log_evidence"] == pytest.approx(found.log_evidence, rel=1e-12)
    (row,) = said["parameters"]
    assert (row["low"], row["high"], row["mean"]) == (1.0, 104.0, pytest.approx(found.mean("pace.move_rate")))
    assert [r["log density"] for r in said["scores"]] == pytest.approx(found.scores.tolist())
    assert said["scores"][-1]["so far"] == pytest.approx(found.log_evidence)


def test_sweeps_are_passed_on_and_the_lag_is_told():
    said = json.loads(CliRunner().invoke(app, [*QUICK, "--sweeps", "3", "--json"]).stdout)
    found = ng.estimate(
        "us-china-2025", "moment", until=typed_day("2025-06-01"), since=typed_day("2025-05-01"),
        instruments=["tariff"], parameters=["pace.move_rate"], particles=16, islands=2, sweeps=3,
    )  # fmt: skip
    assert (said["sweeps"], said["lag"]) == (3, pytest.approx(found.lag))
    assert said["may_lag"] == found.may_lag
    assert "lag " in CliRunner().invoke(app, QUICK).output


def test_a_day_that_is_none_is_refused():
    with pytest.raises(InvalidDate, match="2025-11-30"):
        typed_day("next week")

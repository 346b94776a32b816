"""The command `estimate`: what it refuses, and that its tables are the posterior's."""

import json

import pytest
from typer.testing import CliRunner

import negotiation as ng
from negotiation.cli import app
from negotiation.errors import InvalidFile
from negotiation.report.commands.typed import typed_day
from negotiation.truces.estimation.priors import Prior, read_priors

QUICK = [
    "estimate", "--theory", "moment", "--since", "2025-05-01", "--until", "2025-06-01",
    "--instruments", "tariff", "--parameters", "pace.move_rate", "--particles", "16", "--islands", "2",
]  # fmt: skip


def estimated(**more):
    """Return what the entry point says where the command is asked the quick question."""
    return ng.estimate(
        "us-china-2025", "moment", until=typed_day("2025-06-01"), since=typed_day("2025-05-01"),
        instruments=["tariff"], parameters=["pace.move_rate"], particles=16, islands=2, **more,
    )  # fmt: skip


@pytest.mark.long
def test_the_document_has_what_the_entry_point_finds():
    said = json.loads(CliRunner().invoke(app, [*QUICK, "--json"], catch_exceptions=False).stdout)
    found = estimated()
    assert said["log_evidence"] == pytest.approx(found.log_evidence, rel=1e-12)
    (row,) = said["parameters"]
    assert (row["low"], row["high"], row["mean"]) == (1.0, 104.0, pytest.approx(found.mean("pace.move_rate")))
    assert [r["log density"] for r in said["scores"]] == pytest.approx(found.scores.tolist())
    assert said["scores"][-1]["so far"] == pytest.approx(found.log_evidence)
    assert (said["sweeps"], said["lag"]) == (found.sweeps, pytest.approx(found.lag))
    assert said["may_lag"] == found.may_lag
    assert "lag " in CliRunner().invoke(app, QUICK).output


NARROW = """\
[[prior]]
name = "pace.move_rate"
low = 2.0
high = 8.0
scale = "log"
source = "assumption"
"""


@pytest.mark.long
def test_priors_of_a_file_take_the_place_of_ranges(tmp_path):
    file = tmp_path / "priors.toml"
    file.write_text(NARROW)
    said = json.loads(CliRunner().invoke(app, [*QUICK, "--priors", str(file), "--json"]).stdout)
    found = estimated(priors=[Prior("pace.move_rate", 2.0, 8.0, "log")])
    (row,) = said["parameters"]
    assert (row["low"], row["high"], row["mean"]) == (2.0, 8.0, pytest.approx(found.mean("pace.move_rate")))
    assert said["priors"] == str(file)


@pytest.mark.long
def test_what_one_run_learned_is_what_another_begins_with(tmp_path):
    file = tmp_path / "learned.toml"
    first = CliRunner().invoke(app, [*QUICK, "--learned", str(file)])
    assert str(file) in first.output
    (kept,) = read_priors(file)
    found = estimated()
    assert (kept,) == found.as_priors()
    again = json.loads(CliRunner().invoke(app, [*QUICK, "--priors", str(file), "--json"]).stdout)
    assert again["log_evidence"] != pytest.approx(found.log_evidence, abs=1e-3)


@pytest.mark.long
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (NARROW.replace("2.0", "9.0"), "`low` is 9.0 and `high` is 8.0; expected two finite"),
        (NARROW.replace("low", "least"), "there is no field of this name; allowed: name, low"),
        (NARROW + "middle = 0.0\n", "only one of `middle` and `spread` is given"),
        (NARROW + NARROW, "more than one prior is given for pace.move_rate"),
    ],
)
def test_a_file_of_priors_that_cannot_be_is_named_with_the_field(tmp_path, text, said):
    file = tmp_path / "priors.toml"
    file.write_text(text)
    answer = CliRunner().invoke(app, [*QUICK, "--priors", str(file)])
    told = answer.output + str(answer.exception)
    assert isinstance(answer.exception, InvalidFile)
    assert f"{file}" in told
    assert said in " ".join(told.split())

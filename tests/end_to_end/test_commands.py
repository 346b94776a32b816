import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import negotiation as ng
from negotiation.report.commands import replay_parts
from negotiation.truces.replay.window_scores import usual_predictors
from tests.command import called, printed, started


def within(*arguments, folder=".", columns=200):
    """Return what a call of the command gives within this process."""
    return called(*arguments, folder=folder, COLUMNS=columns, NEGOTIATION_CACHE="off")


@pytest.mark.long
def test_replay_writes_tables_and_figures_for_both_truces_and_the_same_bytes_again(tmp_path, monkeypatch):
    monkeypatch.setattr(replay_parts, "QUICK_CLAIM_DRAWS", 8)
    shown = printed(within("replay", "--predict", "--verbose", "--out", tmp_path, "--draws", 4))
    assert "Claims, and the share of draws in which each holds" in shown
    last = shown.partition("Verdict by leg, beside the record")[2]
    assert "Geneva joint statement, signed 12 May 2025" in last
    assert "Busan" in last
    for name in ("2025-05-geneva", "2025-10-busan"):
        folder = tmp_path / name
        tables = {path.stem for path in folder.glob("*.csv")}
        assert tables == set(ng.replay(name, draws=0).tables())
        assert all(len(pd.read_csv(folder / f"{table}.csv")) for table in tables)
        assert (folder / "levels.png").read_bytes().startswith(b"\x89PNG")
        listed = (tmp_path / "index.txt").read_text().split()
        assert all(f"{name}/{path.name}" in listed for path in folder.iterdir())
        assert not list(folder.glob(".*.part"))
    sets = pd.read_csv(tmp_path / "payoff_sets" / "payoff_sets.csv")
    assert list(sets["status"]) == ["complete"] * 4
    assert (tmp_path / "payoff_sets" / "sets.png").exists()
    scores = pd.read_csv(tmp_path / "predictions" / "scores.csv")
    predictors = [one.name for one in usual_predictors(ng.load_scenario("us-china-2025"))]
    assert list(dict.fromkeys(scores["predictor"])) == predictors
    assert "best theory: custom in kind" in shown
    ahead = pd.read_csv(tmp_path / "predictions" / "forecast_2025-10-busan.csv")
    assert ahead["probability"].between(0, 1).all()
    assert (tmp_path / "predictions" / "chances.png").exists()
    expect_the_same_bytes_of_another_process(tmp_path / "2025-10-busan", tmp_path / "again")


def expect_the_same_bytes_of_another_process(folder, again):
    printed(started("replay", folder.name, "--out", again, "--draws", 4, NEGOTIATION_CACHE="off"))
    for path in sorted(folder.iterdir()):
        assert path.read_bytes() == (again / folder.name / path.name).read_bytes(), path.name


@pytest.mark.long
def test_an_agreement_of_ones_own_is_shown_as_it_is_and_written_under_its_id(tmp_path):
    record = Path(ng.__file__).parent / "disputes/scenarios/us-china-2025/agreements/2025-05-geneva.toml"
    text = record.read_text().replace("Geneva joint statement", "Own [b]deal[/x]")
    own = tmp_path / "own.toml"
    own.write_text(text.replace('id = "2025-05-geneva"', 'id = "2025-05-own"'))
    assert "Own [b]deal[/x]" in printed(within("replay", own, "--out", tmp_path / "out", "--draws", 0))
    assert (tmp_path / "out" / "2025-05-own" / "verdicts.csv").exists()


def test_labels_in_brackets_are_printed_as_they_are(tmp_path):
    file = tmp_path / "game.nfg"
    file.write_text('NFG 1 R "t" { "[row]" "B" } { { "[stay]" "[/x]" } { "y" "z" } } "" 9 9 10 1 1 10 3 3\n')
    (tmp_path / "m.csv").write_text('[row]\\B,y,z\n[stay],"9, 9","1, 10"\n[/x],10 1,3 3\n')
    for path in (file, tmp_path / "m.csv"):
        shown = printed(within("solve", path))
        assert "[row]" in shown
        assert "[/x]" in shown


LONG = """player,action,probability
B,l,1/3
A,u,2/3
B,r,2/3
A,d,1/3
"""


@pytest.mark.parametrize(
    ("profile", "status", "said"),
    [
        ("NE,2/3,1/3,1/3,2/3\nNE,1,0,1,0\n", 0, "profile 2: a Nash equilibrium, in exact arithmetic"),
        ("2/3 1/3\n.33 .67\n".replace(" ", ","), 1, ", exactly."),
        ("0,1,1,0\n", 1, "Not a Nash equilibrium, in exact arithmetic. A gains 2 by playing 'u'"),
        ("0,1,1,1\n", 2, "sum to 1"),
    ],
)
def test_a_profile_of_anybody_is_checked(tmp_path, profile, status, said):
    (tmp_path / "clash.csv").write_text("A\\B,l,r\nu,2 1,0 0\nd,0 0,1 2\n")
    (tmp_path / "profile.csv").write_text(profile)
    done = within("verify", tmp_path / "clash.csv", tmp_path / "profile.csv")
    assert done.returncode == status, done.stderr
    assert said in " ".join((done.stdout + done.stderr).split())


@pytest.mark.long
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_output_that_cannot_be_written_ends_with_one_sentence():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "negotiation", "doctor"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == (
        "CannotWrite: the output cannot be written: no space is left on the disk; free some space and run "
        "the command again\n"
    )


@pytest.mark.long
def test_replay_of_a_dispute_with_a_curb_alone_leaves_out_what_asks_for_a_control(tmp_path):
    printed(within("replay", "2023-03-tokyo", "--out", tmp_path, "--draws", 2))
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {"2023-03-tokyo", "payoff_sets"}
    sets = pd.read_csv(tmp_path / "payoff_sets" / "payoff_sets.csv")
    assert list(sets["game"]) == ["with the curb", "without the curb"]


@pytest.mark.long
def test_solve_prints_the_verified_equilibria_of_the_posture_game():
    shown = printed(within("solve"))
    assert "control: H20" in shown
    assert "chip_control" not in shown
    assert shown.count("complete (") == 1


def test_the_version_is_that_of_the_package():
    assert within("--version").stdout.strip() == ng.__version__

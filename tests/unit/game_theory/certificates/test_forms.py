"""Games, strategies and results come back from their files bit by bit, and strangers' files are refused."""

import json
import os
import shutil
from dataclasses import fields
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import negotiation as ng
from negotiation.errors import CannotWrite, InvalidFile, InvalidGame, NegotiationError
from negotiation.game_theory.games import ContinuousTimeGame
from negotiation.testing import strategies as ngst
from tests.command import ran

LARGEST = "goldluecke-kranz-2018"
DILEMMA = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
GRIM = ng.strategies.grim_trigger(DILEMMA, ("C", "C"), ("D", "D"))
PENANCE = ng.strategies.penance(DILEMMA, ("C", "C"), ("D", "D"), 2)


def back(obj, folder):
    """Return what comes back of something that is saved."""
    ng.save(obj, folder / "saved.json", overwrite=True)
    return ng.load(folder / "saved.json")


def nested(depth):
    return [nested(depth - 1)] if depth else 0


def arrays(game):
    """Return the numbers of a game as they lie in memory, with what is rational."""
    stages = getattr(game, "stages", None) or (getattr(game, "stage", game),)
    found = [stage.given_payoffs() for stage in stages]
    if getattr(game, "monitoring", None) is not None:
        found.append(game.monitoring.given_probabilities())
    if hasattr(game, "transitions"):
        found.append(game.transitions.probabilities)
    return found


def assert_same_game(one, other):
    assert one == other
    for mine, theirs in zip(arrays(one), arrays(other), strict=True):
        assert mine.dtype == theirs.dtype
        assert (
            mine.tolist() == theirs.tolist() if mine.dtype == object else mine.tobytes() == theirs.tobytes()
        )


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.long) if n == LARGEST else n for n in ng.catalogue()]
)
def test_a_game_of_the_catalogue_comes_back(name, tmp_path):
    game = ng.catalogue()[name].game()
    if isinstance(game, ContinuousTimeGame):
        with pytest.raises(InvalidGame, match="files hold stage game"):
            ng.save(game, tmp_path / "saved.json")
        return
    assert_same_game(game, back(game, tmp_path))


def test_what_is_no_game_is_refused(tmp_path):
    with pytest.raises(InvalidGame, match="got int"):
        ng.save(3, tmp_path / "saved.json")
    with pytest.raises(InvalidGame, match="first argument; got int"):
        ng.certificate(5, 5)


def test_a_file_with_wrong_content_is_named(tmp_path):
    ng.save(DILEMMA, tmp_path / "saved.json")
    content = json.loads((tmp_path / "saved.json").read_text())
    (tmp_path / "saved.json").write_text(json.dumps(content | {"payoffs": []}))
    with pytest.raises(InvalidFile, match=r"saved\.json: payoffs: expected 4 rows"):
        ng.load(tmp_path / "saved.json")


@given(st.one_of(ngst.stage_games(), ngst.repeated_games(monitoring="any"), ngst.stochastic_games()))
@settings(max_examples=30)
def test_a_game_comes_back(tmp_path_factory, game):
    assert_same_game(game, back(game, tmp_path_factory.mktemp("game")))


def test_labels_and_names_and_signs_of_zero_come_back(tmp_path):
    stage = ng.StageGame(
        np.array([[[-0.0, 1e-300], [0.1, 2.0]]]), ("中", "a\nb"), (("x",), ("", "p/q")), "n", {"x": "an x"}
    )
    found = back(stage, tmp_path)
    assert (found.name, found.names) == (stage.name, stage.names)
    assert_same_game(stage, found)


@pytest.mark.parametrize(
    "strategy",
    [
        GRIM,
        PENANCE,
        ng.strategies.Automaton(
            ["a", "b"],
            {"a": 0.25, "b": 0.75},
            {"a": ("C", "D"), "b": ("D", "D")},
            {
                "a": {"good": {"a": Fraction(1, 3), "b": Fraction(2, 3)}, "otherwise": "b"},
                "b": {"otherwise": "a"},
            },
        ),
    ],
)
def test_an_automaton_comes_back(strategy, tmp_path):
    assert back(strategy, tmp_path) == strategy


def test_a_markov_strategy_comes_back(tmp_path):
    given = ng.strategies.MarkovStrategy(
        {"low": ("C", [Fraction(1, 3), Fraction(2, 3)]), "high": ([0.5, 0.5], "D")}
    )
    found = back(given, tmp_path)
    assert [[getattr(c, "tolist", lambda c=c: c)() for c in row] for row in found.play.values()] == [
        ["C", [Fraction(1, 3), Fraction(2, 3)]],
        [[0.5, 0.5], "D"],
    ]


@pytest.mark.parametrize("patience", [Fraction(3, 4), 0.3])
def test_a_payoff_set_comes_back(patience, tmp_path):
    stage = DILEMMA if patience == Fraction(3, 4) else ng.catalogue()["abreu-sannikov-2014"].game().stage
    found = ng.equilibrium_payoffs(ng.RepeatedGame(stage, patience))
    again = back(found, tmp_path)
    for one in fields(found):
        mine, theirs = getattr(found, one.name), getattr(again, one.name)
        assert mine.tobytes() == theirs.tobytes() if isinstance(mine, np.ndarray) else mine == theirs, (
            one.name
        )
    assert again.contains((9, 9)) is found.contains((9, 9))


@pytest.mark.parametrize("target", [GRIM, PENANCE, ("C", "C"), ("C", "D")])
def test_thresholds_come_back(target, tmp_path):
    found = ng.critical_discount_factor(DILEMMA, target)
    assert back(found, tmp_path) == found


@pytest.mark.parametrize("exact", [True, False])
def test_a_verdict_comes_back(exact, tmp_path):
    for game, strategy in ((ng.RepeatedGame(DILEMMA, Fraction(1, 10)), GRIM), (DILEMMA, ("D", "D"))):
        found = ng.verify(game, strategy, exact=exact)
        assert back(found, tmp_path) == found


def test_a_signal_and_a_certificate_come_back(tmp_path):
    signal = ng.catalogue()["green-porter-1984"].game().monitoring
    assert back(signal, tmp_path) == signal
    found = ng.certificate(DILEMMA, GRIM, ng.solve(DILEMMA))
    again = back(found, tmp_path)
    assert (again.game, again.claims) == (found.game, found.claims)


def test_nothing_is_written_over_unless_asked(tmp_path):
    path = tmp_path / "game.json"
    ng.save(DILEMMA, path)
    before = path.read_bytes()
    with pytest.raises(CannotWrite, match="overwrite=True"):
        ng.save(GRIM, path)
    assert path.read_bytes() == before
    ng.save(GRIM, path, overwrite=True)
    assert ng.load(path) == GRIM
    assert os.listdir(tmp_path) == ["game.json"]  # noqa: PTH208 - names, with hidden ones


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d.update(version=2), "version"),
        (lambda d: d.pop("payoffs"), "payoffs: is missing"),
        (lambda d: d.update(payoff=1), "payoff: is no field"),
        (lambda d: d["payoffs"][0].__setitem__(1, "1/0"), r"payoffs\[0\]\[1\]"),
        (lambda d: d["players"].__setitem__(0, "1"), "must differ"),
        (lambda d: d.update(names=nested(40)), "deep"),
    ],
)
def test_a_strangers_file_is_refused_with_the_field(change, said, tmp_path):
    path = tmp_path / "game.json"
    ng.save(DILEMMA, path)
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))
    with pytest.raises(NegotiationError, match=said):
        ng.load(path)


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_a_reader_in_another_language_reads_a_game(tmp_path):
    ng.save(DILEMMA, tmp_path / "game.json")
    script = "docs/format/read_negotiation.R"
    done = ran([shutil.which("Rscript"), script, str(tmp_path / "game.json")], check=True)
    assert [line.split() for line in done.stdout.splitlines()[7:10]] == [
        ["C", "D"],
        ["C", "9", "1"],
        ["D", "10", "3"],
    ]

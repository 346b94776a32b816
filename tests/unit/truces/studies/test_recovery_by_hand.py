"""What simulated records say of what made them, counted on numbers that are made up."""

from types import SimpleNamespace

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidGame
from negotiation.truces.studies import recovery as module
from negotiation.truces.studies.recovery import PRECISIONS, Recovery, Seen, recovery, simulated

BUSAN, SCENARIO = ng.truce("2025-10-busan"), ng.load_scenario("us-china-2025")


def test_shares_rivals_paces_and_precisions_are_counted_by_theory():
    likelihoods = np.zeros((3, 4, 3))
    # By which theory each record is explained best: the first's by itself twice, the second's by the third.
    for k, best in enumerate([(0, 0, 1, 1), (2, 2, 2, 1), (2, 2, 2, 2)]):
        for r, j in enumerate(best):
            likelihoods[k, r, j] = 1.0
    paces = np.array([[0.5, 1.0, 1.5, 2.0], [1.0] * 4, [3.0, 3.0, 3.0, 4.0]])
    precisions = np.array([[1.0, 1.0, 2.0, 0.5], [1.0] * 4, [4.0] * 4])
    moves = np.array([[1, 2, 3, 4], [5, 5, 5, 9], [0, 0, 0, 1]])
    found = Recovery("busan", 2.5, ("A", "B", "C"), moves, likelihoods, paces, precisions)
    assert found.status == "complete"
    assert found.best.tolist() == [[0, 0, 1, 1], [2, 2, 2, 1], [2, 2, 2, 2]]
    told = {
        ("A", "A"): 0.5,
        ("A", "B"): 0.5,
        ("A", "C"): 0.0,
        ("B", "A"): 0.0,
        ("B", "B"): 0.25,
        ("B", "C"): 0.75,
    }
    for pair, share in told.items():
        assert found.share(*pair) == share
    table = found.table()
    assert table.title == "4 records of 2.5 years under busan by theory"
    assert table.columns == (
        "made by",
        "moves",
        "best by itself",
        "else by",
        "pace, made at 1",
        "precision found",
    )
    assert table.rows == (
        ("A", 2.5, 0.5, "B", "1.25 (0.65 to 1.85)", 0.5),
        ("B", 6.0, 0.25, "C", "1.00 (1.00 to 1.00)", 1.0),
        ("C", 0.25, 1.0, "", "3.00 (3.00 to 3.70)", 0.0),  # nobody else explains one best
    )


def test_each_record_is_explained_by_all_theories_and_at_other_precisions(monkeypatch):
    drawn, told = [], []

    def game(agreement, scenario, name, size, factor):
        assert (agreement, scenario, size) == ("paper", "world", "core")
        return name, factor

    def record(made, years, rng):
        drawn.append((made, years, rng.random()))
        return Seen(tuple((0.1, "x") for _ in range(len(drawn))), years)

    def fit(asked, seen):
        name, factor = asked
        count = len(seen.moves)
        # Best at twice the precision for odd records, at a quarter for even ones.
        best = 2.0 if count % 2 else 0.25
        return 100.0 * count + "AB".index(name) * 10 - abs(factor - best), 1.0 * count + "AB".index(name) / 10

    monkeypatch.setattr(module, "simulated", record)
    monkeypatch.setattr(module, "at_its_pace", fit)
    paper = SimpleNamespace(id="id of it")
    monkeypatch.setattr(module, "_game", lambda a, *rest: game("paper" if a is paper else a, *rest))
    options = {"size": "core", "records": 3, "years": 1.5}
    found = recovery(
        paper, "world", iter(["A", "B"]), rng=4, progress=lambda *done: told.append(done), **options
    )
    assert [d[:2] for d in drawn] == [(("A", 1.0), 1.5)] * 3 + [(("B", 1.0), 1.5)] * 3
    assert len({d[2] for d in drawn}) == 6  # each has lots of its own
    assert told == [(k, 6) for k in range(1, 7)]
    assert found.moves.tolist() == [[1, 2, 3], [4, 5, 6]]
    for k in range(2):
        for r in range(3):
            count = 3 * k + r + 1
            off = 1.0 if count % 2 else 0.75
            assert found.likelihoods[k, r].tolist() == [100.0 * count - off, 100.0 * count + 10 - off]
            assert found.paces[k, r] == count + k / 10  # that of the theory that made it
            assert found.precisions[k, r] == (2.0 if count % 2 else 0.25)
    assert (found.agreement, found.years, found.theories) == ("id of it", 1.5, ("A", "B"))
    for array in (found.moves, found.likelihoods, found.paces, found.precisions):
        assert not array.flags.writeable
    drawn.clear()
    recovery(paper, "world", ["A", "B"], rng=5, **options)
    first = [d[2] for d in drawn]
    drawn.clear()
    recovery(paper, "world", ["A", "B"], rng=5, **{**options, "records": 1})
    assert [first[0], first[3]] == [d[2] for d in drawn]  # more records change none that were there


def test_games_are_of_the_agreement_at_multiples_of_the_central_precision(monkeypatch):
    asked = []
    monkeypatch.setattr(module, "theory_game", lambda *given: asked.append(given))
    for factor in PRECISIONS:
        module._game(BUSAN, SCENARIO, "moment", "core", factor)
    central = SCENARIO.parameters["logit.precision"]
    assert [one[-1].precision for one in asked] == [central * f for f in (0.25, 0.5, 1.0, 2.0, 4.0)]
    assert {one[:3] for one in asked} == {(BUSAN, "moment", SCENARIO)}
    assert {one[3].size for one in asked} == {"core"}


def test_all_theories_with_a_form_in_time_are_asked_if_none_is_named(monkeypatch):
    theories = {name: SimpleNamespace(in_time=name != "no form") for name in ("one", "no form", "two")}
    monkeypatch.setattr(module, "theories_by_name", lambda: theories)
    sizes, years = set(), set()
    monkeypatch.setattr(module, "_game", lambda *given: sizes.add(given[3]))
    monkeypatch.setattr(module, "simulated", lambda *given: years.add(given[1]) or Seen((), 1.0))
    monkeypatch.setattr(module, "at_its_pace", lambda *_: (0.0, 1.0))
    found = recovery(BUSAN, SCENARIO)
    assert found.theories == ("one", "two")
    assert found.moves.shape == (2, 10)
    assert (sizes, years, found.years) == ({"small"}, {2.0}, 2.0)


def test_a_record_has_the_moves_that_are_seen_in_their_order(monkeypatch):
    asked = []

    def moves(game, response, *, start, years, rng):
        asked.append((game, response, start, years, rng))
        return SimpleNamespace(times=np.array([0.1, 0.4, 0.7]), events=["x", None, "y"])

    monkeypatch.setattr(module, "simulate_moves", moves)
    game = SimpleNamespace(game=SimpleNamespace(states=("first", "second")), response="play")
    seen = simulated(game, 2.0, "lots")
    assert seen == Seen(((0.1, "x"), (0.7, "y")), 2.0)
    assert asked == [(game.game, "play", "first", 2.0, "lots")]


@pytest.mark.parametrize(("rate", "count"), [(8.0, 16), (2.0, 4)])
def test_the_best_pace_of_a_steady_stream_is_its_number_of_moves(monkeypatch, rate, count):
    """A stream of so many a year of the game: its density is known, and so is the pace that is best."""
    seen = Seen(tuple((k / 10, "x") for k in range(count)), 4.0)

    def stream(game, response, path):
        moves = list(path.moves)
        assert game.states[0] == path.start
        assert [at for at, _ in moves] == pytest.approx([k / 10 * path.years / 4 for k in range(count)])
        return SimpleNamespace(value=len(moves) * np.log(rate) - rate * path.years)

    monkeypatch.setattr(module, "log_likelihood", stream)
    monkeypatch.setattr(
        module,
        "EventPath",
        lambda start, moves, years: SimpleNamespace(start=start, moves=moves, years=years),
    )
    game = SimpleNamespace(game=SimpleNamespace(states=("s",)), response=None)
    value, pace = module.at_its_pace(game, seen)
    best = count / (4.0 * rate)
    assert pace == pytest.approx(best, rel=0.02)
    # Per year of the record: that of a stream of as many a year as were seen.
    assert value == pytest.approx(count * np.log(count / 4.0) - count, abs=0.01)


def test_without_a_seed_records_are_those_of_the_seed_nought(monkeypatch):
    drawn = []
    monkeypatch.setattr(module, "_game", lambda *_: None)
    monkeypatch.setattr(module, "simulated", lambda *given: drawn.append(given[2].random()) or Seen((), 1.0))
    monkeypatch.setattr(module, "at_its_pace", lambda *_: (0.0, 1.0))
    for seed in ({}, {"rng": 0}, {"rng": 1}):
        recovery(BUSAN, SCENARIO, ["A", "B"], records=2, years=1.0, **seed)
    assert drawn[:4] == drawn[4:8]
    assert not set(drawn[:4]) & set(drawn[8:])
    with pytest.raises(InvalidGame, match=r"give records, years and theories.*got 0, 2\.0"):
        recovery(BUSAN, SCENARIO, ["A"], records=0)


def test_a_theory_that_is_asked_alone_has_no_rival():
    paces = np.array([[1.0, 2.0]])
    found = Recovery("busan", 1.0, ("A",), np.array([[3, 4]]), np.zeros((1, 2, 1)), paces, 2 * paces)
    assert found.table().rows == (("A", 3.5, 1.0, "", "1.50 (1.10 to 1.90)", 0.0),)


@pytest.mark.parametrize(("rate", "count", "pace"), [(0.1, 16, 10.0), (100.0, 4, 0.1)])
def test_a_pace_is_looked_for_between_a_tenth_and_ten_times_the_theory_s_own(monkeypatch, rate, count, pace):
    seen = Seen(tuple((k / 10, "x") for k in range(count)), 4.0)
    monkeypatch.setattr(module, "EventPath", lambda _, moves, years: SimpleNamespace(n=len(moves), t=years))
    monkeypatch.setattr(
        module, "log_likelihood",
        lambda *given: SimpleNamespace(value=given[2].n * np.log(rate) - rate * given[2].t),
    )  # fmt: skip
    value, found = module.at_its_pace(
        SimpleNamespace(game=SimpleNamespace(states=("s",)), response=None), seen
    )
    assert found == pytest.approx(pace, rel=0.03)
    assert 0.1 <= found <= 10.0
    assert value == pytest.approx(count * np.log(rate * found) - rate * found * 4.0)

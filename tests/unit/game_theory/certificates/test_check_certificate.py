"""The kernel accepts what is true, refuses forgeries of it, and ends on any file without a traceback."""

import copy
import json
import random
import sys
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import negotiation as ng
from negotiation.game_theory.certificates import check_certificate
from negotiation.game_theory.certificates.check_certificate import GAME, Game, check, form
from negotiation.game_theory.certificates.claims import outer_claim
from negotiation.game_theory.certificates.forms import plain
from negotiation.testing import strategies as ngst
from tests.command import python

HOLDS, FAILS, MALFORMED = 0, 1, 2
README = ng.StageGame.from_matrices(
    [[9, 1], [10, 3]], [[9, 10], [1, 3]], ("USA", "CHN"), (("keep", "break"), ("keep", "break"))
)
GRIM = ng.strategies.grim_trigger(README, ("keep", "keep"), ("break", "break"))
CHICKEN = ng.catalogue()["aumann-1974"].game()
NOISY = ng.catalogue()["abreu-milgrom-pearce-1991"].game()
DUOPOLY = ng.catalogue()["yeltekin-cai-judd-2017"].game()
THREATS = ng.catalogue()["threats-that-run-out-2026"].game()
TRIGGER = ng.strategies.Automaton(
    ["work", "shirk"], "work", {"work": ("C", "C"), "shirk": ("D", "D")},
    {"work": {"good": "work", "bad": {"work": Fraction(1, 4), "shirk": Fraction(3, 4)}},
     "shirk": {"otherwise": "shirk"}},
)  # fmt: skip


def document(game, claims):
    return {
        "format": "negotiation",
        "version": 1,
        "kind": "certificate",
        "game": plain(game),
        "claims": claims,
    }


def of(game, *candidates):
    found = ng.certificate(game, *candidates)
    assert found.left_out == ()
    return document(found.game, list(found.claims))


def by_signals():
    """Return points of the noisy partnership: the trigger, and shirking for ever."""
    value = form(of(NOISY, TRIGGER)["claims"][0]["values"], [[Fraction]], "")
    points = [
        {"profile": ["C", "C"], "payoffs": [str(x) for x in value[0]],
         "then": [{"0": 1}, {"0": "1/4", "1": "3/4"}]},
        {"profile": ["D", "D"], "payoffs": [str(x) for x in value[1]], "then": [{"1": 1}, {"1": 1}]},
    ]  # fmt: skip
    return document(NOISY, [{"kind": "inner bound", "points": points}])


def by_states():
    """Return bounds of a stochastic game: a Markov perfect equilibrium, and a step from all feasible."""
    markov = next(m for m in map(equilibrium_of, ng.markov_perfect_equilibria(THREATS)) if m is not None)
    values = of(THREATS, markov)["claims"][0]["values"]
    place = {state: str(k) for k, state in enumerate(THREATS.states)}
    points = [
        {
            "state": state,
            "profile": list(markov[state]),
            "payoffs": row,
            "then": [{place[s]: 1} for s in place],
        }
        for state, row in zip(THREATS.states, values, strict=True)
    ]
    box = [[x, y] for x in (-20, 20) for y in (-20, 20)]
    outer = {"kind": "outer bound", "steps": [[box, box], [box, box]]}
    return document(THREATS, [{"kind": "inner bound", "points": points}, outer])


def equilibrium_of(found):
    return found.strategy if found.strategy.is_pure else None


def responses(game, strategy):
    """Return a best response, and what the last action in every state gives away against it."""
    best = ng.best_response(game, strategy)
    return best, ng.regret(lambda seen: seen.actions[-1], best)


@cache
def truths():
    repeated = ng.RepeatedGame(README, Fraction(1, 3))
    unlike = ng.RepeatedGame(README, (Fraction(1, 4), Fraction(1, 3)))
    return {
        "readme": of(README, GRIM, ng.solve(README), ("keep", "keep")),
        "penance": of(README, ng.strategies.penance(README, ("keep", "keep"), ("break", "break"), 2)),
        "perfect": of(repeated, GRIM),
        "impatient": of(ng.RepeatedGame(README, 0.1), GRIM),
        "bounds": of(repeated, ng.equilibrium_payoffs(repeated)),
        "unlike": document(unlike, [outer_claim(Game(form(plain(unlike), GAME, "")))]),
        "chicken": of(CHICKEN, ng.solve(CHICKEN), ng.correlated_equilibrium(CHICKEN)),
        "noisy": of(NOISY, TRIGGER),
        "signals": by_signals(),
        "states": by_states(),
        "response": of(repeated, *responses(repeated, GRIM)),
        "response to signals": of(NOISY, *responses(NOISY, TRIGGER)),
        "markov": of(DUOPOLY, *filter(None, map(equilibrium_of, ng.markov_perfect_equilibria(DUOPOLY)))),
    }  # fmt: skip


def decided(data, tmp_path, text=None):
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(data) if text is None else text)
    return check(str(path))


@pytest.mark.long
def test_all_truths_hold_on_a_python_without_any_package(tmp_path):
    for name, data in truths().items():
        (tmp_path / f"{name}.json").write_text(json.dumps(data))
    kernel = Path(check_certificate.__file__)
    done = python("-I", "-S", kernel, *sorted(tmp_path.iterdir()))
    assert (done.returncode, done.stderr) == (HOLDS, "")
    lines = done.stdout.splitlines()
    assert len(lines) == sum(len(data["claims"]) for data in truths().values())
    # What is claimed to be no equilibrium is not said to hold.
    assert all((": holds; " in line) != (": is none, as claimed; " in line) for line in lines)
    assert any("as claimed" in line and "gains" in line for line in lines)
    imports = [line for line in kernel.read_text().splitlines() if line.startswith(("import ", "from "))]
    assert {line.split()[1].split(".")[0] for line in imports} <= sys.stdlib_module_names


def test_of_what_is_no_equilibrium_it_is_said_who_gains(tmp_path, capsys):
    assert decided(of(ng.RepeatedGame(README, 0.1), GRIM), tmp_path) == HOLDS
    assert ", by playing 'break' in " in capsys.readouterr().out


class Parts(NamedTuple):
    """What a forgery changes: the game and the claims."""

    g: dict
    c: list


FORGERIES = {}


def forged(name, truth, *statuses):
    """Enter a forgery: a change of a true certificate, and the statuses with which it may be refused."""

    def entered(change):
        FORGERIES[name] = truth, change, statuses or (FAILS,)

    return entered


def moved(row, k, by):
    row[k] = str(Fraction(row[k]) + by)


UNIT = Fraction(9, 10**9)  # 1e-9 of a player's range in the first game
forged("a vertex moved out", "bounds")(lambda x: moved(x.c[0]["points"][1]["payoffs"], 0, UNIT))
forged("a vertex moved in", "bounds")(lambda x: moved(x.c[0]["points"][1]["payoffs"], 0, -UNIT))
forged("the empty set", "bounds")(lambda x: x.c[0].update(points=[]))
forged("a vertex left out", "bounds", FAILS, MALFORMED)(lambda x: x.c[0]["points"].pop(0))
forged("a weight moved", "bounds", MALFORMED)(
    lambda x: x.c[0]["points"][1].update(then=[dict.fromkeys(x.c[0]["points"][1]["then"][0], "1/3")])
)
forged("a player's unit", "bounds")(
    lambda x: x.g["stage"].update(payoffs=[[a, 100 * b] for a, b in x.g["stage"]["payoffs"]])
)
forged("patience of one", "bounds", MALFORMED)(lambda x: x.g.update(discount_factor=1))
forged("a set that lacks a feasible payoff", "bounds")(lambda x: x.c[1]["steps"][0][0].pop())
forged("no set at last", "bounds")(lambda x: x.c[1]["steps"][-1].__setitem__(0, []))
forged("a corner of a set in between moved in", "bounds")(
    lambda x: x.c[1]["steps"].__setitem__(1, [shrunk(x.c[1]["steps"][1][0])])
)
forged("a step left out", "bounds")(lambda x: x.c[1].update(steps=[x.c[1]["steps"][0], x.c[1]["steps"][-1]]))
forged("a lower threat than there is", "unlike")(
    lambda x: x.c[0]["steps"].__setitem__(-1, [[[4, 4], [5, 4], [4, 5]]])
)
forged("a gain in one state", "perfect")(
    lambda x: x.c[0]["strategy"]["states"][1].update(plays=["keep", "break"])
)
forged("no punishment", "perfect")(lambda x: x.c[0]["strategy"]["states"][0].update(then=[STAYS]))
forged("a value stated too high", "perfect")(lambda x: moved(x.c[0]["values"][0], 0, UNIT))
forged("values with the bounds the wrong way round", "perfect")(
    lambda x: x.c[0]["values"][0].__setitem__(0, [10, 8])
)
forged("bounds too wide to tell", "perfect")(lambda x: x.c[0]["values"][0].__setitem__(0, [-100, 100]))
forged("a missing state", "perfect", MALFORMED)(lambda x: x.c[0]["strategy"]["states"].pop())
forged("nothing said about a profile", "perfect")(lambda x: x.c[0]["strategy"]["states"][0]["then"].pop())
forged("an equilibrium called none", "perfect")(lambda x: x.c[0].update(holds=False))
forged("none called an equilibrium", "impatient")(lambda x: x.c[0].pop("holds"))
forged("a threshold too low", "readme")(lambda x: x.c[0].update(discount_factor=["1/8", "1428571/10000000"]))
forged("a threshold too high", "readme")(lambda x: x.c[0].update(discount_factor=["1/6", "1/5"]))
forged("an equilibrium that is none", "readme")(lambda x: x.c[2].pop("holds"))
forged("a chance moved", "chicken")(lambda x: mixed_of(x.c).update(profile=[[MORE, LESS], [MORE, LESS]]))
forged("a correlated profile twice", "chicken", MALFORMED)(
    lambda x: x.c[-1]["distribution"].append(x.c[-1]["distribution"][0])
)
forged("advice to crash", "chicken")(
    lambda x: x.c[-1].update(distribution=[{"profile": ["1", "1"], "probability": 1}])
)
forged("a signal that nothing follows", "signals", MALFORMED)(lambda x: x.c[0]["points"][0]["then"].pop())
forged("forgiveness that is too sure", "signals")(
    lambda x: x.c[0]["points"][0].update(then=[{"0": 1}, {"0": 1}])
)
forged("a state of the set left out", "states", FAILS, MALFORMED)(
    lambda x: x.c[0]["points"].pop() and x.c[0]["points"][0].update(then=[{"0": 1}] * 2)
)
forged("a box that does not hold what is feasible", "states")(
    lambda x: x.c[1]["steps"].__setitem__(0, [[[0, 0]], [[0, 0]]])
)
forged("a state that plays otherwise", "markov")(lambda x: x.c[0].update(holds=False))
forged("transitions moved", "markov")(
    lambda x: x.g["states"][0].update(next=[{x.g["states"][-1]["state"]: 1}] * 4)
)
forged("a best response worth less", "response")(lambda x: moved(x.c[0]["values"][0], 0, -UNIT))
forged("a best response worth more", "response")(lambda x: moved(x.c[0]["values"][0], 0, UNIT))
forged("a policy worth more", "response")(lambda x: moved(x.c[1]["given"][0], 0, UNIT))
forged("a policy that plays otherwise", "response")(
    lambda x: x.c[1]["strategy"]["states"][0].update(plays=["keep", "keep"])
)
forged("nobody's best response", "response", MALFORMED)(lambda x: x.c[0].update(player="X"))
forged("the other version", "readme", MALFORMED)(lambda x: x.g.update(version=2))
forged("a field that does not count", "readme", MALFORMED)(lambda x: x.c[0].update(tolerance="1/10"))
forged("an unknown claim", "readme", MALFORMED)(lambda x: x.c[0].update(kind="trust me"))
forged("a denominator of 10^5 digits", "readme", MALFORMED)(
    lambda x: x.g["payoffs"][0].__setitem__(0, "1/" + "7" * 10**5)
)
forged("a payoff that is not finite", "readme", MALFORMED)(
    lambda x: x.g["payoffs"][0].__setitem__(0, float("inf"))
)

STAYS = {"after": "otherwise", "to": "cooperate"}
MORE, LESS = str(Fraction(2, 3) + Fraction(1, 10**12)), str(Fraction(1, 3) - Fraction(1, 10**12))


def shrunk(corners):
    """Return a polygon whose corners are a part of 1e-9 of the way to its middle."""
    points = [[Fraction(x) for x in corner] for corner in corners]
    middle = [sum(column) / len(points) for column in zip(*points, strict=True)]
    return [[str(x + (m - x) / 10**9) for x, m in zip(point, middle, strict=True)] for point in points]


def mixed_of(claims):
    return next(c for c in claims if c["kind"] == "Nash equilibrium" and c["profile"][0].count(0) == 0)


@pytest.mark.long
@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused(name, tmp_path, capsys):
    truth, change, statuses = FORGERIES[name]
    data = copy.deepcopy(truths()[truth])
    change(Parts(data["game"], data["claims"]))
    assert decided(data, tmp_path) in statuses
    said = capsys.readouterr().out
    assert "does not hold; " in said or "malformed: " in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file: "),
        ("[" * 100_000, "the file: "),
        ('{"kind": "certificate", "kind": "certificate"}', "twice"),
        ('{"kind": "stage game"}', "kind: expected a certificate"),
        ('{"kind": "certificate", "format": 1}', "format: "),
        ("1e999", "kind: "),
        ("9" * 5_000, "the file: "),
        ('{"kind": "certificate", "format": "negotiation", "version": 1, "claims": []}', "game: is missing"),
    ],
)
def test_a_malformed_file_is_refused_with_the_field(text, said, tmp_path, capsys):
    assert decided(None, tmp_path, text) == MALFORMED
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("cut", range(1, 20))
def test_a_truncated_file_is_malformed(cut, tmp_path):
    text = json.dumps(truths()["readme"])
    assert decided(None, tmp_path, text[: len(text) * cut // 20]) == MALFORMED


def test_a_file_above_a_limit_is_refused(tmp_path, capsys):
    assert decided(None, tmp_path, '"' + "9" * check_certificate.MOST_BYTES + '"') == MALFORMED
    assert "the file: has more than" in capsys.readouterr().out


@pytest.mark.long
def test_a_file_that_would_take_for_ever_is_refused(tmp_path, capsys):
    data, size = copy.deepcopy(truths()["readme"]), 300
    payoffs = [["1/" + str(k + 1) * 9] * 2 for k in range(size**2)]
    data["game"].update(actions=[[str(k) for k in range(size)]] * 2, payoffs=payoffs)
    rows = [str(Fraction(1, size))] * size
    data["claims"] = [{"kind": "Nash equilibrium", "profile": [rows, rows]}] * 50
    assert decided(data, tmp_path) == MALFORMED
    assert "products" in capsys.readouterr().out


def places(value, at=()):
    """Yield the places of all values in plain values."""
    yield at
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from places(inner, (*at, key))


ODD = (
    None, True, 0, -1, 10**30, 0.5, -0.0, 1e308, "", "1/0", "-1/3", "1/1/1", "x", "otherwise", "٣", "\ud800",
    "a\x1b[2J", [], {}, [[]], {"": 0}, {"kind": "automaton"}, ["keep", "keep"], [0, 1],
)  # fmt: skip


def mutated(data, rng):
    """Return plain values with one to three of them replaced, left out, doubled, or another's."""
    data = copy.deepcopy(data)
    for _ in range(rng.randint(1, 3)):
        spots = [at for at in places(data) if at]
        *path, last = rng.choice(spots)
        holder = data
        for key in path:
            holder = holder[key]
        way = rng.randrange(4)
        if way == 0:
            holder.pop(last)
        elif way == 1 and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[last]))
        elif way == 2:
            other = data
            for key in rng.choice(spots):
                other = other[key]
            holder[last] = copy.deepcopy(other)
        else:
            holder[last] = copy.deepcopy(rng.choice(ODD))
    return data


@pytest.mark.parametrize("count", [100, pytest.param(3_000, marks=pytest.mark.long)])
def test_no_mutated_file_ends_in_a_traceback(count, tmp_path):
    rng = random.Random(46)  # noqa: S311 - the same files on every run
    for _ in range(count):
        data = mutated(truths()[rng.choice([*truths()])], rng)
        text = json.dumps(data)
        if rng.random() < 0.2:
            k = rng.randrange(len(text))
            text = text[:k] + chr(rng.randrange(1, 256)) + text[k + rng.randrange(3) :]
        assert decided(None, tmp_path, text) in (HOLDS, FAILS, MALFORMED), text


@pytest.mark.long
@given(st.data())
@settings(max_examples=25)
def test_the_kernel_and_the_check_agree_on_strategies(tmp_path_factory, data):
    kinds = st.sampled_from([None, "any"])
    game = data.draw(
        ngst.repeated_games(stages=ngst.stage_games(players=2, actions=(1, 3)), monitoring=data.draw(kinds))
    )
    automaton = data.draw(ngst.automata(stage=game.stage, signal=game.monitoring))
    found = ng.certificate(game, automaton)
    if found.left_out:  # floats call an equilibrium what a rounding breaks
        assert not ng.verify(game, automaton, exact=True).holds
        return
    assert (found.claims[0].get("holds") is not False) == ng.verify(game, automaton, exact=True).holds
    folder = tmp_path_factory.mktemp("kernel")
    assert decided(document(game, list(found.claims)), folder) == HOLDS
    other = {k: v for k, v in found.claims[0].items() if k != "holds"} | (
        {} if "holds" in found.claims[0] else {"holds": False}
    )
    assert decided(document(game, [other]), folder) == FAILS


@given(ngst.stage_games(players=(2, 3), actions=(1, 3)))
@settings(max_examples=20)
def test_the_kernel_finds_the_pure_equilibria(tmp_path_factory, stage):
    folder = tmp_path_factory.mktemp("kernel")
    for profile in stage.labels((0,) * stage.n_players), stage.labels([n - 1 for n in stage.n_actions]):
        found = ng.certificate(stage, profile)
        assert (found.claims[0].get("holds") is not False) == ng.verify(found.game, profile, exact=True).holds
        assert decided(document(found.game, list(found.claims)), folder) == HOLDS

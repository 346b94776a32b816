"""References are counted in all functions but those that are lent all arrays; nothing leaks or goes early."""

import sys
from collections import namedtuple

import numpy as np
import pytest
from numba.core.runtime import _nrt_python, rtsys

from negotiation.game_theory.compiling import njit, uncounted

Game = namedtuple("Game", "payoffs order extra")


@njit()
def reads(game, k):
    total = 0.0
    for i in range(len(game.order)):
        total += game.payoffs[game.order[i], k]
    return total


@njit()
def writes(game, out):
    left, right = out[0], out[1, 1:]
    for i in range(len(right)):
        left[i], right[i] = right[i], game.extra[0][i] + 1.0
    left[-1:] = 0.0


@njit()
def regroups(game, flag):
    again = Game(game.payoffs[1:], game.order[1:], (game.extra[0],))
    if flag:
        again = Game(game.payoffs, game.order, game.extra)
    return reads(again, 0)


@njit()
def makes(n):
    return np.ones(n).sum()


@njit()
def gives_back(values):
    return values[1:]


@njit()
def takes_from_another(values):
    return gives_back(values)[0]


@njit()
def computes(values):
    return (values + values)[0]


@njit()
def picks(values, order):
    return values[order][0]


@njit()
def copies(values, other):
    values[:] = other[::-1]


@njit()
def reads_a_list(values):
    return [values[0], 2.0][1]


@njit()
def goes_through(values):
    total = 0.0
    for row in values:
        total += row[0]
    return total


@njit()
def program(payoffs, order, n):
    total = 0.0
    for k in range(n):
        out = np.zeros((2, 3))
        game = Game(payoffs, order, (np.arange(3.0) + k,))
        writes(game, out)
        total += reads(game, k % 2) + regroups(game, k % 3 == 0) + makes(k + 1)
        total += (
            takes_from_another(out[0])
            + computes(out[1])
            + picks(out[0], order)
            + goes_through(out)
            + reads_a_list(out[0])
        )
        copies(out[0], out[1])
        total += reads(Game(np.ones((4, 2)) * k, order, (out[0],)), 1) + out[0, 0]
    return total, out


@pytest.fixture
def arguments():
    return np.random.default_rng(0).normal(size=(4, 2)), np.array([2, 0, 1]), 40


@pytest.fixture
def counts():
    _nrt_python.memsys_enable_stats()
    yield
    _nrt_python.memsys_disable_stats()


@pytest.mark.long
@pytest.mark.usefixtures("counts")
def test_nothing_leaks_and_nothing_goes_too_early(arguments):
    program(*arguments)
    before, held = rtsys.get_allocation_stats(), sys.getrefcount(arguments[0])
    for _ in range(20):
        total, out = program(*arguments)
    still = sys.getrefcount(arguments[0])
    assert still == held
    assert (total, out.tolist()) == (program.py_func(*arguments)[0], program.py_func(*arguments)[1].tolist())
    del out
    after = rtsys.get_allocation_stats()
    assert after.alloc - before.alloc == after.free - before.free > 0
    assert after.mi_alloc - before.mi_alloc == after.mi_free - before.mi_free > 0


def test_a_function_that_python_calls_counts_what_it_was_given(arguments):
    payoffs, order, _ = arguments
    asked = [Game(payoffs, order, (payoffs[0],))] * 50
    held = sys.getrefcount(payoffs)
    found = [reads(each, 1) for each in asked]
    still = sys.getrefcount(payoffs)
    assert still == held
    assert found == pytest.approx([payoffs[order, 1].sum()] * 50)


def test_the_installed_version_is_known():
    assert uncounted.are_known(), (
        "look whether Numba's parts are as negotiation/game_theory/compiling takes them to be"
    )

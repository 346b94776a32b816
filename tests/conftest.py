"""Hypothesis profiles, set once, and the random games and strategies that several suites draw."""

import importlib.util
import os
import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from negotiation.games import StageGame
from negotiation.strategies import OTHERWISE, Automaton

NO_TESTS_RAN = 5


def pytest_configure(config):
    """Fill quantecon's compilation cache before workers start: several that fill it at once corrupt it."""
    if not hasattr(config, "workerinput") and importlib.util.find_spec("quantecon"):
        subprocess.run(
            [sys.executable, "-c", "import quantecon.game_theory"], check=False, capture_output=True
        )


def pytest_sessionfinish(session, exitstatus):
    """Fail a run in which no test passed, as when all workers die: pytest-xdist calls that a success."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    alone = not hasattr(session.config, "workerinput") and not session.config.option.collectonly
    if alone and exitstatus == 0 and reporter is not None and not reporter.stats.get("passed"):
        session.exitstatus = NO_TESTS_RAN


SLOW_TO_DRAW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile(
    "fast", max_examples=40, derandomize=True, deadline=None, suppress_health_check=SLOW_TO_DRAW
)
settings.register_profile("thorough", max_examples=400, deadline=None, suppress_health_check=SLOW_TO_DRAW)
settings.register_profile(
    "nightly", max_examples=4000, deadline=None, print_blob=True, suppress_health_check=SLOW_TO_DRAW
)
# For `tests/faults/run.py`, which asks whether something is found and not by what smallest example.
settings.register_profile("faults", settings.get_profile("fast"), phases=[Phase.explicit, Phase.generate])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


@st.composite
def stage_games(draw):
    count = draw(st.integers(1, 3))
    counts = [draw(st.integers(1, 3)) for _ in range(count)]
    payoffs = st.integers(-6, 6)

    def nested(shape):
        return (
            [nested(shape[1:]) for _ in range(shape[0])]
            if shape
            else draw(st.lists(payoffs, min_size=count, max_size=count))
        )

    labels = [[f"{'abc'[i]}{k}" for k in range(n)] for i, n in enumerate(counts)]
    return StageGame(nested(counts), [f"P{i}" for i in range(count)], labels)


@st.composite
def lotteries(draw, states):
    support = draw(st.lists(st.sampled_from(states), min_size=1, max_size=3, unique=True))
    weights = [draw(st.integers(1, 3)) for _ in support]
    return {state: Fraction(w, sum(weights)) for state, w in zip(support, weights, strict=True)}


@st.composite
def automata(draw, stage):
    """Draw an automaton of 1 to 4 states: some profiles named, the rest under `OTHERWISE`."""
    states = [f"s{k}" for k in range(draw(st.integers(1, 4)))]
    profiles = st.tuples(*(st.sampled_from(labels) for labels in stage.actions))
    target = st.sampled_from(states) | lotteries(states)
    rows = st.dictionaries(profiles, target, max_size=5)
    return Automaton(
        states,
        states[0],
        {state: draw(profiles) for state in states},
        {state: draw(rows) | {OTHERWISE: draw(target)} for state in states},
    )


@st.composite
def plays(draw):
    stage = draw(stage_games())
    return stage, draw(automata(stage))


@pytest.fixture(scope="session")
def any_stage():
    """Return the strategy for stage games of one to three players with small whole payoffs."""
    return stage_games()


@pytest.fixture(scope="session")
def any_play():
    """Return the strategy for a stage game together with an automaton of it."""
    return plays()


@pytest.fixture(scope="session")
def any_discount_factor():
    """Return the strategy for exact discount factors that are not extreme."""
    return st.fractions(Fraction(1, 20), Fraction(9, 10), max_denominator=20)


@pytest.fixture(scope="session")
def dilemma():
    """Return the prisoner's dilemma with (R, S, T, P) = (9, 1, 10, 3): grim trigger works from 1/7."""
    return StageGame.from_matrices(
        [[9, 1], [10, 3]], [[9, 10], [1, 3]], players=("A", "B"), actions=(("C", "D"), ("C", "D"))
    )

"""Hypothesis profiles, set once, and the games and strategies that several suites draw."""

import gc
import importlib.util
import os
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from negotiation.game_theory.games import PublicSignal, StageGame
from negotiation.testing import strategies as ngst

NO_TESTS_RAN = 5

# Why a test may be skipped though all that can be installed is there. Where `NO_NEW_SKIPS` is set, as it is
# for the last run of .ci/run, a skip for any other reason is a failure: else a suite could fall silent.
KNOWN_SKIPS = (
    "instruments outside the largest affordable game are not asked about",
    "one event alone",
    "quantecon failed at this game, or its process died",
    "LaTeX is not installed",
    "R is not installed",
    "there is no Chromium here",
)


# Examples that take a second and more: they are run with the long tests.
LONG_EXAMPLES = tuple(f"negotiation.{name}" for name in (
    "agents.thirty_matches.",
    "asking.ask.",
    "asking.base_rate.forecast",
    "game_theory.solvers.best_response.best_response.best_response",
    "game_theory.solvers.best_response.regret.exploitability",
    "lab.result.",
    "lab.sweep.run",
    "report.explorer.setting.agreements",
    "testing.contracts.",
    "testing.machine.GameMachine",
    "testing.strategies.",
    "text_design.design.",
    "truce_panel.panel.Panel.scores",
    "truce_panel.scores.",
    "truces.estimation.estimate.",
    "truces.estimation.posterior.",
    "truces.prediction.forecast",
    "truces.prediction.scored_forecast.",
    "truces.prediction.theory_parts.theory_parts",
    "truces.replay.replay.",
    "truces.revealed.revealed.",
    "truces.verdicts.agreements.Agreement.",
    "truces.verdicts.compared_verdicts.",
    "truces.verdicts.coverage_check.",
    "truces.verdicts.lifetime.",
    "truces.verdicts.under_noise.",
    "truces.verdicts.verdict.verdict",
))  # fmt: skip

# What takes up to a minute to compile, which two workers would do at the same time.
SOLVED_FIRST = (
    "equilibrium_payoffs(ng.RepeatedGame(stage, (0.9, 0.3)))",
    "equilibrium_payoffs(ng.StochasticGame.from_stages({'s': stage}, np.ones((1, 2, 2, 1)), 0.75))",
    "markov_perfect_equilibria(ng.ContinuousTimeGame([[0.0], [1.0]], [maker], 0.5))",
)
PROGRAM = """
import numpy as np
import negotiation as ng
stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
maker = ng.DecisionMaker(0, 1.0, [[(0, 0), (1, 0)], [(1, 0), (0, 0)]], 1.0)
ng."""


def pytest_configure(config):
    """Compile before workers start what they would compile twice, or corrupt as they do with quantecon's."""
    gone = [
        name for name in config.args if not Path(config.invocation_params.dir, name.split("::")[0]).exists()
    ]
    if gone:  # several workers would say no more than that no tests ran
        raise pytest.UsageError(f"no file or folder of tests: {', '.join(gone)}")
    workers = not hasattr(config, "workerinput") and getattr(config.option, "numprocesses", None)
    programs = ["import quantecon.game_theory"] if importlib.util.find_spec("quantecon") else []
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        programs += [PROGRAM + solved for solved in SOLVED_FIRST]
    if workers:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        for started in [subprocess.Popen([sys.executable, "-c", program], **quiet) for program in programs]:
            started.wait()


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Spare the collector what stays: a thousand modules are read, and nothing of them is thrown away."""
    gc.disable()
    collected = yield
    gc.freeze()
    gc.enable()
    return collected


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark the examples that are long."""
    for item in items:
        if item.name.startswith(LONG_EXAMPLES):
            item.add_marker(pytest.mark.long)


def pytest_sessionfinish(session, exitstatus):
    """Fail a run in which no test passed, as when all workers die: pytest-xdist calls that a success.

    Also one with skips that are new, where these are counted.
    """
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    alone = not hasattr(session.config, "workerinput") and not session.config.option.collectonly
    if alone and exitstatus == 0 and reporter is not None and not reporter.stats.get("passed"):
        session.exitstatus = NO_TESTS_RAN
    if alone and exitstatus == 0 and os.environ.get("NO_NEW_SKIPS"):
        reasons = Counter(str(report.longrepr[2]) for report in reporter.stats.get("skipped", ()))
        new = {why: n for why, n in reasons.items() if not why.endswith(KNOWN_SKIPS)}
        reporter.write_line(f"\n{reasons.total()} skipped; for a reason that is new: {new or 'none'}")
        session.exitstatus = 1 if new else session.exitstatus


SLOW_TO_DRAW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile(
    "fast", max_examples=25, derandomize=True, deadline=None, suppress_health_check=SLOW_TO_DRAW
)
settings.register_profile("thorough", max_examples=400, deadline=None, suppress_health_check=SLOW_TO_DRAW)
settings.register_profile(
    "nightly", max_examples=4000, deadline=None, print_blob=True, suppress_health_check=SLOW_TO_DRAW
)
# For `tests/mutation`, which asks whether something is found and not by what smallest example.
settings.register_profile(
    "mutation", settings.get_profile("fast"), max_examples=40, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


@pytest.fixture(scope="session")
def any_stage():
    """Return the strategy for stage games of one to three players with small whole payoffs."""
    return ngst.stage_games(players=(1, 3))


@pytest.fixture(scope="session")
def any_play():
    """Return the strategy for a stage game together with an automaton of it."""
    return ngst.plays(stages=ngst.stage_games(players=(1, 3)))


@pytest.fixture(scope="session")
def any_discount_factor():
    """Return the strategy for exact discount factors that are not extreme."""
    return ngst.discount_factors(high=Fraction(9, 10))


@pytest.fixture(scope="session")
def dilemma():
    """Return the prisoner's dilemma with (R, S, T, P) = (9, 1, 10, 3): grim trigger works from 1/7."""
    return StageGame.from_matrices(
        [[9, 1], [10, 3]], [[9, 10], [1, 3]], players=("A", "B"), actions=(("C", "D"), ("C", "D"))
    )


@pytest.fixture(scope="session")
def blame_signal():
    """Return the signal that tells which sides of the dilemma look broken: by D, or by a slip in 20."""
    slip = Fraction(1, 20)
    broken = [[1 - slip, slip], [Fraction(0), Fraction(1)]]
    rows = [[[x * y for y in broken[b] for x in broken[a]] for b in range(2)] for a in range(2)]
    return PublicSignal(rows, ("calm", "alarm A", "alarm B", "alarm A and B"))

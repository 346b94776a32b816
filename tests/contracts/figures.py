"""One example or more of everything that has a figure, by the name of its class."""

from functools import cache

import numpy as np

import negotiation as ng

EXAMPLES = {}


def example(function):
    """Keep a function that yields examples; they are made when they are first asked for."""
    EXAMPLES[function.__name__] = cache(lambda: tuple(function()))
    return function


@cache
def scenario():
    return ng.load_scenario("us-china-2025")


@cache
def replayed(name="2025-10-busan"):
    return ng.replay(name, scenario(), draws=2)


@cache
def dilemma():
    return ng.StageGame.from_matrices(
        [[9, 1], [10, 3]], [[9, 10], [1, 3]], players=("USA", "CHN"), actions=(("keep", "break"),) * 2
    )


@example
def Automaton():
    stage = dilemma()
    yield ng.strategies.grim_trigger(stage, ("keep", "keep"), ("break", "break"))
    yield ng.strategies.penance(stage, ("keep", "keep"), ("break", "break"), 3)
    yield ng.truce("2025-10-busan").compile(scenario())


@example
def Replay():
    yield replayed()
    yield replayed("2025-05-geneva")


@example
def TruceLifetime():
    yield replayed().noise.lifetime
    yield replayed("2025-05-geneva").noise.lifetime


@example
def ReadingPair():
    yield ng.truce("2025-05-geneva").compile(scenario())


@example
def NoiseSweep():
    from negotiation.truces.verdicts.noise_sweep import noise_sweep

    yield noise_sweep(ng.truce("2025-05-geneva"), scenario(), (0.1, 0.2))


@example
def Ablation():
    from negotiation.truces.prediction.ablation import ablation

    yield ablation(scenario(), shapley=False, draws=0, rng=0)


@example
def Forecast():
    yield ng.forecast("2025-10-busan", scenario=scenario(), on=(), paths=40, draws=0, rng=0)


@example
def WinSets():
    from negotiation.truces.studies.win_sets import win_sets

    yield win_sets(scenario(), np.linspace(0, 1, 11))


@example
def Leverage():
    from negotiation.truces.studies.leverage import leverage

    yield leverage(scenario(), draws=2, rng=0)


@example
def LinkageGains():
    from negotiation.truces.studies.linkage import linkage_gains

    yield linkage_gains(scenario())


@example
def BargainSets():
    from negotiation.truces.studies.payoff_sets import bargain_sets

    yield bargain_sets(scenario())


@example
def ClaimsTable():
    from negotiation.truces.claims.table import claims_table

    yield claims_table(scenario(), draws=8, rng=0)


@example
def ClaimIndices():
    from negotiation.lab.claim_indices import claim_indices

    yield claim_indices(scenario(), ["clocks_honest", "busan_free_control"], base=8, most=4)


def _store():
    from pathlib import Path
    from tempfile import mkdtemp

    return Path(mkdtemp())


def _swept(measure, design, **options):
    experiment = ng.Experiment(
        slug="sweep", question="How high is the wave over the shore, and when?", measure=measure,
        space=design, **options,
    )  # fmt: skip
    return ng.run(experiment, store=_store())


def _wave(cell):
    height = float(np.sin(cell["x"]) + 0.5 * (cell["y"] if "y" in dict(cell) else 0.0))
    return {"height": height, "high": height > 0.4}


@example
def Sweep():
    x = np.linspace(0, 3, 10).tolist()
    yield _swept(_wave, ng.space.grid({"x": x}), labels={"x": "place", "height": "height, m"})
    yield _swept(_wave, ng.space.grid({"x": x, "y": x}), shown=("height",))
    yield _swept(_wave, ng.space.draws(30, {"x": (0, 3), "y": (0, 1)}), shown=("height",))
    yield _swept(_wave, ng.space.draws(30, {"x": (0, 3), "y": (0, 1)}), shown=("high",))


@example
def SobolIndices():
    from negotiation.lab import sobol_indices

    yield sobol_indices(_swept(_wave, ng.space.saltelli(32, {"x": (0, 3), "y": (0, 1)})), "height")

"""Play against certified strategies: matches, scripted agents, a benchmark, and games of other libraries.

Public: `match`, `Match`, `disguised`, `Observation`, `bench`, and `parallel_env` and `openspiel_game`, which
require the extra `agents`. The rest may change. `negotiation.regret` computes the regret of an agent.
"""

from importlib import import_module

_HOMES = {
    "Match": "matches",
    "match": "matches",
    "disguised": "matches",
    "bench": "thirty_matches",
    "parallel_env": "environment",
    "openspiel_game": "openspiel",
}

__all__ = [*_HOMES, "Observation"]


def __getattr__(name: str) -> object:
    if name == "Observation":
        return import_module("negotiation.game_theory.solvers.best_response.policies").Observation
    if name not in _HOMES:
        raise AttributeError(
            f"module {__name__!r} has no attribute {name!r}; its public names are {', '.join(__all__)}"
        )
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

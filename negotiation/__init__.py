"""Economic statecraft as games that are solved, certified and compared with the record.

Public: the names in `__init__.pyi` and those in `negotiation.agents`, `negotiation.errors`,
`negotiation.solvers`, `negotiation.strategies` and `negotiation.testing`. The reference lists them. The rest
may change. A name's module is loaded when the name is first used, so that importing the package is quick and
loads no compiled kernel, pandas or matplotlib.
"""

from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from warnings import warn

import lazy_loader

from negotiation import errors as errors
from negotiation._version import __version__ as __version__

_loaded, _, __all__ = lazy_loader.attach_stub(__name__, __file__)
__all__.remove("errors")  # a module, whose names `except` clauses use

# Names that were here, and where they are now: they warn in version 0.1 and then go.
_MOVED = {
    "Agreement": "negotiation.truces.verdicts.agreements",
    "Move": "negotiation.disputes",
    "PayoffSet": "negotiation.game_theory.solutions.payoff_set",
    "Postures": "negotiation.disputes",
    "Replay": "negotiation.truces.replay.replay",
    "Sampler": "negotiation.truces.estimation.fitting",
    "anatomy": "negotiation.text_design.anatomy",
    "apply_move": "negotiation.disputes",
    "equilibrium_index": "negotiation.game_theory.solvers.nash.index",
    "independent_signals": "negotiation.game_theory.games.issue_signal",
    "issue_signal": "negotiation.game_theory.games.issue_signal",
    "legality": "negotiation.disputes",
    "product_game": "negotiation.game_theory.games.product",
}

# What others call a thing that is here under another name.
_CALLED_ELSEWHERE = {
    "NormalFormGame": "StageGame",
    "strategic_form_game": "StageGame",
}


def __getattr__(name: str) -> object:
    if name in __all__:
        return _loaded(name)
    if name == "testing":  # it needs Hypothesis, and is in no list
        return import_module("negotiation.testing")
    if name in _MOVED:
        home = _MOVED[name]
        advice = f"`negotiation.{name}` has moved; write `from {home} import {name}` instead"
        warn(f"{advice}. The old name works for one more version.", DeprecationWarning, stacklevel=2)
        return getattr(import_module(home), name)
    raise AttributeError(f"module 'negotiation' has no attribute {name!r}{_instead(name)}")


def _instead(name: str) -> str:
    """Return the end of the message for an unknown name: where the name is, or which names are near."""
    if name.startswith("_"):
        return ""  # such names are looked up by shells and the import machinery, not by a user
    if (Path(__file__).parent / "game_theory" / "strategies" / f"{name}.py").exists():
        return f"; it is negotiation.game_theory.strategies.{name}"
    if hasattr(errors, name):
        return f"; it is negotiation.errors.{name}"
    if name in _CALLED_ELSEWHERE:
        return f"; it is negotiation.{_CALLED_ELSEWHERE[name]}"
    if name.lower().startswith("nash"):
        return "; it is negotiation.solve"
    near = get_close_matches(name, __all__, n=errors.NEAREST)
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else ""


def __dir__() -> list[str]:
    # The names that a user may want to type: no subpackages, and nothing that this file itself imports.
    return [*__all__, *(name for name in globals() if name.startswith("__"))]

"""Families of solvers, one a namespace, as `negotiation.solvers.nash.solve_many`."""

from collections import defaultdict
from importlib import import_module
from types import ModuleType

_FAMILIES: defaultdict[str, list[str]] = defaultdict(list)
for _name, _home in import_module("negotiation")._HOMES.items():  # noqa: SLF001 - the list of the public names
    if _home.startswith("negotiation.game_theory.solvers."):
        _FAMILIES[_home.split(".")[3]].append(_name)

__all__ = sorted(_FAMILIES)


class Family(ModuleType):
    """The public functions of one family of solvers, each loaded when it is first used."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{__name__}.{name}", import_module(f"negotiation.game_theory.solvers.{name}").__doc__
        )
        self.__all__ = _FAMILIES[name]

    def __getattr__(self, name: str) -> object:
        if name not in self.__all__:
            raise AttributeError(f"{self.__name__} has no {name!r}; there are {', '.join(self.__all__)}")
        return getattr(import_module("negotiation"), name)

    def __dir__(self) -> list[str]:
        return self.__all__


def __getattr__(name: str) -> Family:
    if name not in __all__:
        raise AttributeError(f"{__name__} has no {name!r}; there are {', '.join(__all__)}")
    return Family(name)


def __dir__() -> list[str]:
    return __all__

"""All solvers, in one namespace for each family, such as `negotiation.solvers.nash`."""

from functools import cache
from importlib import import_module
from types import ModuleType

import negotiation

_HOME = "negotiation.game_theory.solvers."


@cache
def _families() -> dict[str, list[str]]:
    """Return the public names of each family of solvers. This loads their modules."""
    families: dict[str, list[str]] = {}
    for name in negotiation.__all__:  # type: ignore[attr-defined]  # lazy_loader makes it; no stub lists it
        value = getattr(negotiation, name)
        home = "" if isinstance(value, ModuleType) else str(value.__module__)
        if home.startswith(_HOME):
            families.setdefault(home.removeprefix(_HOME).split(".")[0], []).append(name)
    return dict(sorted(families.items()))


class Family(ModuleType):
    """The public functions of one family of solvers."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{__name__}.{name}", import_module(_HOME + name).__doc__)
        self.__all__ = _families()[name]

    def __getattr__(self, name: str) -> object:
        if name not in self.__all__:
            raise AttributeError(f"{self.__name__} has no {name!r}; there are {', '.join(self.__all__)}")
        return getattr(negotiation, name)

    def __dir__(self) -> list[str]:
        return self.__all__


def __getattr__(name: str) -> object:
    if name == "__all__":
        return __dir__()
    if name.startswith("_") or name not in _families():
        known = "" if name.startswith("_") else f"; there are {', '.join(__dir__())}"
        raise AttributeError(f"{__name__} has no {name!r}{known}")
    return Family(name)


def __dir__() -> list[str]:
    return [*_families()]

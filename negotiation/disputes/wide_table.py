"""The positions of some menus' postures in wider menus, whose payoffs are computed only once.

Payoffs are sums over instruments in one order, so that a profile has the same payoffs, to the bit, in every
game that contains it. Positions do not depend on parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from negotiation.base.numeric import IntArray, read_only

# Level labels by instrument, for one country.
Menu = Mapping[str, Sequence[str]]


@dataclass(frozen=True, eq=False)
class WideMenus:
    """Menus that contain smaller menus, and the positions of the smaller menus' postures in them."""

    menus: Mapping[str, Menu]
    # Levels of the instruments that are in no menu.
    fixed: Mapping[str, Mapping[str, str]]
    _known: dict[tuple[object, ...], IntArray | None] = field(default_factory=dict, init=False, repr=False)

    def places(self, country: str, menu: Menu, fixed: Mapping[str, str]) -> IntArray | None:
        """Return the positions of a menu's postures in the wide menu; None if it does not contain them."""
        wide, own = self.menus[country], self.fixed[country]
        if fixed is not own and any(fixed[name] != own[name] for name in fixed if name not in wide):
            return None
        # What is in the wide menus alone stands where the caller has it.
        stands = tuple(fixed[name] for name in wide if name not in menu)
        key = (country, tuple((name, tuple(labels)) for name, labels in menu.items()), stands)
        if key not in self._known:
            self._known[key] = self._placed(self.menus[country], menu, fixed)
        return self._known[key]

    @staticmethod
    def _placed(wide: Menu, menu: Menu, fixed: Mapping[str, str]) -> IntArray | None:
        strides, stride = dict[str, int](), 1
        for name in reversed(list(wide)):
            strides[name], stride = stride, stride * len(wide[name])
        positions = np.zeros(1, dtype=np.intp)
        for name in (*menu, *(name for name in wide if name not in menu)):
            labels = menu.get(name, (fixed[name],))
            if name not in wide or any(label not in wide[name] for label in labels):
                return None
            own = np.array([wide[name].index(label) * strides[name] for label in labels], dtype=np.intp)
            positions = (positions[:, None] + own).ravel()
        read_only(positions)
        return positions

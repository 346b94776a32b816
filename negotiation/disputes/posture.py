"""Postures: a country's joint choice of one level for every instrument it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from negotiation.errors import UnknownCountry, UnknownInstrument

# Action label of a country that has no instrument in a game.
HOLD = "hold"


@dataclass(frozen=True)
class Move:
    """A change of some levels by one country at one time.

    Parameters
    ----------
    country : str
        Code of the country that moves.
    changes : mapping from str to str
        New level by instrument.
    announced : date, optional
        Day of the announcement; unknown by default.
    effective : date, optional
        Day on which it takes effect; unknown by default.

    Examples
    --------
    >>> Move("USA", {"tariff": "busan"}, announced=date(2025, 10, 30), effective=date(2025, 11, 10)).changes
    {'tariff': 'busan'}
    """

    country: str
    changes: Mapping[str, str]
    announced: date | None = None
    effective: date | None = None


class Postures(Mapping[str, Mapping[str, str]]):
    """The level of every instrument that each country holds, as an immutable mapping.

    Parameters
    ----------
    levels : mapping from country to mapping from instrument to level label
        Levels by country and instrument.

    Examples
    --------
    >>> calm = Postures({"USA": {"tariff": "january"}, "CHN": {"tariff": "january"}})
    >>> calm.after("USA", {"tariff": "peak"})["USA"]["tariff"], calm["USA"]["tariff"]
    ('peak', 'january')
    """

    __slots__ = ("_levels",)

    def __init__(self, levels: Mapping[str, Mapping[str, str]]) -> None:
        self._levels = {country: dict(posture) for country, posture in levels.items()}

    def __getitem__(self, country: str) -> Mapping[str, str]:
        try:
            return dict(self._levels[country])
        except KeyError:
            raise UnknownCountry(country, self._levels) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._levels)

    def __len__(self) -> int:
        return len(self._levels)

    def __hash__(self) -> int:
        return hash(tuple((country, tuple(sorted(p.items()))) for country, p in sorted(self._levels.items())))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Postures) and self._levels == other._levels

    def __repr__(self) -> str:
        return "; ".join(f"{country}: {posture_label(posture)}" for country, posture in self._levels.items())

    def after(self, country: str, changes: Mapping[str, str]) -> Postures:
        """Return the postures after a country changes some of its levels.

        Parameters
        ----------
        country : str
            Code of the country.
        changes : mapping from instrument to level label
            The new levels. All others stay as they are.

        Returns
        -------
        Postures
            New postures; these do not change. Unlike `apply_move`, this does not check whether the change is
            legal.

        Raises
        ------
        UnknownCountry, UnknownInstrument
            If the country, or one of the instruments, is not in the postures.
        """
        posture = self[country]
        for instrument in changes:
            if instrument not in posture:
                raise UnknownInstrument(instrument, posture)
        return Postures({**self._levels, country: {**posture, **changes}})


def posture_label(posture: Mapping[str, str]) -> str:
    """Return the action label of a posture.

    Examples
    --------
    >>> posture_label({"tariff": "geneva", "chip_control": "licensed"})
    'tariff=geneva chip_control=licensed'
    """
    return " ".join(f"{name}={label}" for name, label in posture.items()) or HOLD


def posture_from_label(label: str) -> dict[str, str]:
    """Return the posture that an action label names.

    Examples
    --------
    >>> posture_from_label("tariff=geneva chip_control=licensed")
    {'tariff': 'geneva', 'chip_control': 'licensed'}
    """
    if label == HOLD:
        return {}
    return dict(part.split("=", 1) for part in label.split(" "))

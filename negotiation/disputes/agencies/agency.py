"""An agency of a country: the instruments that it decides on, and its weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from negotiation.disputes.files.scenario_file import AgencyFile
from negotiation.disputes.instrument import Instrument


@dataclass(frozen=True)
class Agency:
    """An agency that decides on some instruments of a country.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> commerce = load_scenario("us-china-2025").agencies["USA"][1]
    >>> commerce.title, commerce.instruments
    ('Commerce Department', ('chip_control', 'entity_list'))
    """

    country: str
    # name, title: Name in the dispute's files, and in prose.
    name: str
    title: str
    # The instruments of the country that it decides on, in the dispute's order.
    instruments: tuple[str, ...]
    # Name of the parameter that says how much it counts what others do to the country, in parts: its share
    # is this number over the sum for all agencies of the country.
    stake: str
    # Name of the parameter with its weight of security against business; if `None`, the country's weight.
    security_weight: str | None = None

    @property
    def parameters(self) -> Iterator[str]:
        """The parameters that it names."""
        yield self.stake
        if self.security_weight is not None:
            yield self.security_weight


def agencies_of(
    country: str, files: Mapping[str, AgencyFile], instruments: Mapping[str, Instrument]
) -> tuple[Agency, ...]:
    """Return the agencies of a country; the first decides on the instruments that name no agency."""
    first = next(iter(files), None)
    decides = {
        name: instrument.agencies.get(country, first)
        for name, instrument in instruments.items()
        if country in instrument.levels
    }
    return tuple(
        Agency(
            country,
            agency,
            file.title,
            tuple(name for name, decider in decides.items() if decider == agency),
            file.stake,
            file.security_weight,
        )
        for agency, file in files.items()
    )

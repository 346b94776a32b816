"""A calibration as it lies in its file: parameters, each with its range and source."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from negotiation.base.reading.models import FileModel
from negotiation.disputes.dates import Day
from negotiation.disputes.quantity import Quantity


class Calibration(FileModel):
    """A named, dated set of parameters, from `calibrations/<name>.toml` of a dispute."""

    name: str = Field(pattern=r"^[a-z0-9-]+$", description="name of the file")
    title: str = Field(min_length=1, description="name in prose")
    date: Day = Field(description="day up to which sources were read")
    parameters: Mapping[str, Quantity] = Field(description="parameters by name")

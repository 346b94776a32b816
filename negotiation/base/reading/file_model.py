"""What every table of the project's files is made of: fields that are known, and that never change."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class FileModel(BaseModel):
    """A table of a file: a field that is not known is a fault, and none is set again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

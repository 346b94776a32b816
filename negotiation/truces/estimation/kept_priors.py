"""Priors in a small file (TOML): ranges of one's own, or what the record of another dispute taught.

A file is a list of tables `[[prior]]`, each with the parameter's name, the ends of its range, and where these
come from. What is learned has a middle and a spread besides, in the coordinates of
`negotiation.truces.estimation.priors`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from negotiation.base.reading.models import FileModel, load_toml
from negotiation.errors import CannotWrite, NegotiationError
from negotiation.truces.estimation.priors import LearnedPrior, Prior


class _Row(FileModel):
    """One prior as it stands in a file."""

    name: str = Field(min_length=1, description="the parameter")
    low: float = Field(allow_inf_nan=False, description="the lower end of its range")
    high: float = Field(allow_inf_nan=False, description="the upper end of its range")
    scale: Literal["linear", "log"] = Field("linear", description="what is uniform in the range")
    source: str = Field(min_length=1, description="where the range comes from; assumption if from nowhere")
    middle: float | None = Field(None, allow_inf_nan=False, description="mean of its coordinate, if learned")
    spread: float | None = Field(None, allow_inf_nan=False, description="its standard deviation, if learned")

    @property
    def prior(self) -> Prior:
        """The prior that it describes."""
        if self.middle is None or self.spread is None:
            return Prior(self.name, self.low, self.high, self.scale, self.source)
        return LearnedPrior(
            self.name, self.low, self.high, self.scale, self.source, self.middle, self.spread
        )  # fmt: skip

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.middle is None) != (self.spread is None):
            raise ValueError(f"{self.name}: middle and spread come together, or neither; add the other one")
        try:
            _ = self.prior
        except NegotiationError as error:
            raise ValueError(str(error)) from None
        return self


class _File(FileModel):
    """All priors of a file, each parameter once."""

    prior: list[_Row] = Field(min_length=1, description="tables [[prior]]")

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [row.name for row in self.prior]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"prior: {', '.join(twice)} comes twice; each parameter has one prior")
        return self


def read_priors(path: str | Path) -> tuple[Prior, ...]:
    """Return the priors of a file."""
    return tuple(row.prior for row in load_toml(path, _File).prior)


def write_priors(path: str | Path, priors: Iterable[Prior]) -> None:
    """Write priors as a file that `read_priors` reads, such as those of `Posterior.as_priors`."""
    tables = []
    for one in priors:
        lines = ["[[prior]]", f"name = {_text(one.name)}", f"low = {one.low!r}", f"high = {one.high!r}"]
        lines += [f"scale = {_text(one.scale)}", f"source = {_text(one.source or 'assumption')}"]
        if isinstance(one, LearnedPrior):
            lines += [f"middle = {one.middle!r}", f"spread = {one.spread!r}"]
        tables.append("\n".join(lines) + "\n")
    try:
        Path(path).write_text("\n".join(tables), encoding="utf-8")
    except OSError as error:
        raise CannotWrite(f"{path}: cannot be written ({error.strerror}); choose another place") from None


def _text(words: str) -> str:
    """Return a text as TOML writes it on one line, which is as JSON does."""
    return json.dumps(words, ensure_ascii=False)

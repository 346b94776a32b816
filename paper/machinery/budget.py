"""How much is computed behind the paper: the numbers of draws, in one place."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from paper.machinery.faults import PaperFault


class Budget(BaseModel):
    """Draws and grid points behind the stored tables.

    Examples
    --------
    >>> Budget(seed=0, replay_draws=8, verdict_draws=4, leverage_draws=8, claim_draws=8, bargain_draws=2,
    ...        ownership_graphs=1, speed_games=1, speed_batch=50, speed_repeats=1).seed
    0
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = Field(ge=0, description="seed of all draws")
    replay_draws: int = Field(ge=1, description="parameter draws behind the verdicts of other disputes")
    verdict_draws: int = Field(ge=1, description="parameter draws behind the verdicts of record by leg")
    leverage_draws: int = Field(ge=1, description="parameter draws behind the bands of leverage")
    claim_draws: int = Field(ge=1, description="parameter draws behind the shares of the claims")
    bargain_draws: int = Field(ge=1, description="the same for the claims on bargaining")
    ownership_graphs: int = Field(ge=1, description="generated ownership graphs")
    speed_games: int = Field(ge=1, description="large random games of each kind that speed is measured on")
    speed_batch: int = Field(ge=50, description="small random games that are solved at once for it")
    speed_repeats: int = Field(ge=1, description="how often the small ones are timed")


def load_budget(path: Path, name: str) -> Budget:
    """Return a budget of a file by its name."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PaperFault(f"{path.name}: cannot be read ({error}); it holds the numbers of draws") from None
    if name not in found:
        raise PaperFault(f"{path.name}: no budget {name!r}; there are {', '.join(found)}")
    try:
        return Budget(**found[name])
    except ValidationError as error:
        first = error.errors()[0]
        raise PaperFault(f"{path.name}, {name}: {first['loc'][0]}: {first['msg']}") from None

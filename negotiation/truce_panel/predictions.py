"""Predictions for truces whose outcomes are not known here: the file that is written, and its score later."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pydantic import Field

from negotiation.base.reading.faults import fault_report
from negotiation.base.reading.models import FileModel, load_csv
from negotiation.errors import InvalidFile
from negotiation.truce_panel.scores import HORIZONS, PanelScores
from negotiation.truce_panel.spells import spells_of
from negotiation.truce_panel.tables import Leg, read_tables


class Prediction(FileModel):
    """A row of a file of predictions."""

    truce_id: str
    leg: Leg
    covered: bool
    horizon_days: int
    model: str = Field(min_length=1)
    probability_kept: float = Field(ge=0, le=1)


def score_predictions(folder: str | Path, file: str | Path) -> PanelScores:
    """Return the scores of a file of predictions against the outcomes of a folder."""
    spells, rows = spells_of(read_tables(folder)), load_csv(file, Prediction)
    keys = {(s.card.truce_id, s.card.leg, s.card.covered): k for k, s in enumerate(spells)}
    chances: dict[str, np.ndarray] = {}
    faults = []
    for line, row in enumerate(rows, 2):
        where = keys.get((row.truce_id, row.leg, row.covered))
        if where is None or row.horizon_days not in HORIZONS:
            asked = f"{row.truce_id}, {row.leg}, covered {row.covered}, {row.horizon_days} days"
            faults.append(f"line {line}: {asked} is no question of {folder} (horizons: {HORIZONS})")
            continue
        table = chances.setdefault(row.model, np.full((len(spells), len(HORIZONS)), np.nan))
        place = where, HORIZONS.index(row.horizon_days)
        if not np.isnan(table[place]):
            faults.append(f"line {line}: {row.truce_id} {row.leg} comes twice for {row.model}")
        table[place] = row.probability_kept
    missing = {name: int(np.isnan(table).sum()) for name, table in chances.items()}
    faults += [f"{name}: {count} rows are missing" for name, count in missing.items() if count]
    if faults or not chances:
        raise InvalidFile(fault_report(file, faults or ["no row came"]))
    return PanelScores(f"Predictions of {file} against {folder}", spells, chances)

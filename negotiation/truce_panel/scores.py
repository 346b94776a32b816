"""Leave-one-out scores of the models of which parts of truces are kept, over truces or disputes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import BoolArray, FloatArray
from negotiation.base.reading.faults import fault_report
from negotiation.base.reading.models import FileModel, load_csv
from negotiation.errors import InvalidFile, InvalidOptions, UnknownName, shown
from negotiation.truce_panel.keeping import HEADLINE, MODELS, UnknownModel, keeping, with_theory
from negotiation.truce_panel.numerics import NUMERICS
from negotiation.truce_panel.spells import Spell, spells_of
from negotiation.truce_panel.tables import Leg, read_tables

HORIZONS = (90, 365, 1095)
PRIMARY = 365
# The model with which all others are compared.
LEAST = MODELS[0]
# The least distance of a probability from 0 and 1, for all models.
FLOOR = 0.005

LeftOut = Literal["truce", "dispute"]


def known_at(spells: Sequence[Spell], days: int) -> tuple[BoolArray, BoolArray]:
    """Return which rows were followed for a number of days, and which were kept, each of shape (spells,)."""
    kept = np.array(
        [spell.days > days or (spell.days == days and not spell.event) for spell in spells], dtype=bool
    )
    return kept | np.array([spell.event for spell in spells], dtype=bool), kept


def losses(chances: FloatArray, kept: BoolArray) -> dict[str, FloatArray]:
    """Return the losses of each row, shape (rows,), by scoring rule: "log" and "Brier"."""
    p = np.clip(chances, FLOOR, 1.0 - FLOOR)
    return {"log": -np.log(np.where(kept, p, 1.0 - p)), "Brier": (p - kept) ** 2}


def left_out_chances(
    model: str,
    spells: Sequence[Spell],
    left_out: LeftOut = "dispute",
    shares: FloatArray | None = None,
) -> FloatArray:
    """Return the probabilities that each row is kept, by a model fitted without its truce or dispute.

    Shapes: `shares` of a theory (spells,); returns (spells, horizons).
    """
    groups = [spell.card.dispute_id if left_out == "dispute" else spell.card.truce_id for spell in spells]
    chances = np.empty((len(spells), len(HORIZONS)))
    for group in dict.fromkeys(groups):
        here, others = (
            [k for k, name in enumerate(groups) if (name == group) == own] for own in (True, False)
        )
        taught, tested = (None if shares is None else shares[which] for which in (others, here))
        fitted = keeping(model, [spells[k] for k in others], taught)
        chances[here] = fitted.kept([spells[k].card for k in here], HORIZONS, tested)
    return chances


@dataclass(frozen=True, eq=False)
class PanelScores(Tabular):
    """Leave-one-out scores of the models of how long parts are kept. Make one with `Panel.scores`.

    Parameters
    ----------
    title : str
        Title of the table.
    spells : tuple of Spell
        The rows that are scored.
    chances : mapping from str to array, shape (spells, horizons)
        By model, the probability that each part is kept for 90, 365 and 1,095 days.

    Examples
    --------
    >>> import negotiation as ng
    >>> scores = ng.panel().scores()
    >>> scores.gain("coverage by leg")[0] > 0
    True
    """

    title: str
    spells: tuple[Spell, ...]
    chances: dict[str, FloatArray]

    def mean(self, model: str, days: int = PRIMARY, rule: str = "log") -> float:
        """Return a model's mean score at a horizon; smaller is better.

        Parameters
        ----------
        model : str
            A key of `chances`.
        days : {90, 365, 1095}, default 365
            The horizon.
        rule : {"log", "Brier"}, default "log"
            The scoring rule.

        Returns
        -------
        float
            The mean log score in nats per row, or the mean Brier score, over the rows that were followed to
            the horizon.

        Raises
        ------
        UnknownName
            If there is no such model or rule.
        InvalidOptions
            If there is no such horizon.
        """
        return float(self._losses(model, days, rule).mean())

    def _losses(self, model: str, days: int, rule: str) -> FloatArray:
        UnknownModel.unless_in(model, tuple(self.chances))
        UnknownName.unless_in(rule, ("log", "Brier"), "scoring rule")
        if days not in HORIZONS:
            raise InvalidOptions(f"`days` must be one of {', '.join(map(str, HORIZONS))}; got {shown(days)}")
        followed, kept = known_at(self.spells, days)
        return losses(self.chances[model][followed, HORIZONS.index(days)], kept[followed])[rule]

    def gain(self, model: str, over: str = LEAST, days: int = PRIMARY) -> tuple[float, float, float]:
        """Return how much better the mean log score of a model is than that of another model.

        Parameters
        ----------
        model : str
            A key of `chances`.
        over : str, default "one rate"
            The model to compare with.
        days : {90, 365, 1095}, default 365
            The horizon.

        Returns
        -------
        tuple of float
            The gain in nats per row, positive if `model` is better, and the low and high end of its 90
            percent interval over resampled disputes.

        Raises
        ------
        UnknownName
            If there is no such model.
        InvalidOptions
            If there is no such horizon.
        """
        difference = self._losses(over, days, "log") - self._losses(model, days, "log")
        followed, _ = known_at(self.spells, days)
        names = [spell.card.dispute_id for spell, there in zip(self.spells, followed, strict=True) if there]
        _, of = np.unique(names, return_inverse=True)
        sums, counts = np.bincount(of, difference), np.bincount(of)
        rng = np.random.default_rng(NUMERICS.seed)
        drawn = rng.integers(len(sums), size=(NUMERICS.resamplings, len(sums)))
        means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
        low, high = np.quantile(means, [0.05, 0.95])
        return float(difference.mean()), float(low), float(high)

    def table(self) -> Table:
        """Return one row per horizon and model.

        Returns
        -------
        Table
            The horizon in days, the model, the number of parts that were followed, the share of them that was
            kept, the mean probability, the mean log score (nats per row) and Brier score, and the gain in log
            score over "one rate" with its 90 percent interval (empty without that model).
        """
        rows = []
        for days in HORIZONS:
            followed, kept = known_at(self.spells, days)
            for model in self.chances:
                gained = self.gain(model, days=days) if LEAST in self.chances else (None,) * 3
                predicted = self.chances[model][followed, HORIZONS.index(days)].mean()
                scores = self.mean(model, days), self.mean(model, days, "Brier")
                cells = (kept[followed].mean(), predicted, *scores, *gained)
                numbers = (None if x is None else round(float(x), 3) for x in cells)
                rows.append((days, model, int(followed.sum()), *numbers))
        heads = ("days", "model", "rows", "kept", "said", "log", "Brier", "gain", "low", "high")
        title = f"{self.title}; gain over one rate in nats a row, nine tenths of resamplings of disputes"
        return Table(title, heads, tuple(rows))


def panel_scores(
    spells: Sequence[Spell],
    left_out: LeftOut = "dispute",
    shares: Mapping[str, FloatArray] | None = None,
) -> PanelScores:
    """Return the scores of all models, with one truce or one dispute left out in turn.

    If shares of theories are given, the headline model is also scored with each of them.
    """
    if left_out not in ("truce", "dispute"):
        raise InvalidOptions(f"`left_out` must be 'truce' or 'dispute'; got {shown(left_out)}")
    chances = {model: left_out_chances(model, spells, left_out) for model in MODELS}
    chances |= {
        with_theory(name): left_out_chances(HEADLINE, spells, left_out, own)
        for name, own in (shares or {}).items()
    }
    title = f"What keeps a part of a truce, each {left_out} left out (headline: {HEADLINE}, {PRIMARY} days)"
    return PanelScores(title, tuple(spells), chances)


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
            question = f"{row.truce_id}, {row.leg}, covered {row.covered}, {row.horizon_days} days"
            faults.append(
                f"line {line}: {question} is not among the outcomes in {folder}, whose days are {HORIZONS}"
            )
            continue
        table = chances.setdefault(row.model, np.full((len(spells), len(HORIZONS)), np.nan))
        place = where, HORIZONS.index(row.horizon_days)
        if not np.isnan(table[place]):
            faults.append(f"line {line}: {row.truce_id} {row.leg} is there twice for {row.model}")
        table[place] = row.probability_kept
    missing = {name: int(np.isnan(table).sum()) for name, table in chances.items()}
    faults += [f"{name}: {count} rows are missing" for name, count in missing.items() if count]
    if faults or not chances:
        raise InvalidFile(
            fault_report(file, faults or ["there is no row; add one for each part, horizon and model"])
        )
    return PanelScores(f"Predictions of {file} against {folder}", spells, chances)

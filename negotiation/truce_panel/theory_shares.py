"""Each theory's answer for each part of each truce: its margin, and the share of draws in which it is kept.

A part is a leg, covered or left out. Each theory is applied to the generic game of the truce's card. The
margin of a part is the value of a player's best alternative less the value of the best departure that makes
something in the part harsher, for the player for whom it is least. Alternatives are keeping everything and
all other departures. A part is kept if its margin is not negative.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import BoolArray, FloatArray
from negotiation.base.progress import Progress, counted, told
from negotiation.base.reading.names import names_given
from negotiation.disputes.parameter_draws import sobol_draws
from negotiation.truce_panel.generic_game import agreement_of, part_name, parts_of, priors, scenario_of
from negotiation.truce_panel.keeping import HEADLINE, MODELS, UnknownModel, keeping, with_theory
from negotiation.truce_panel.numerics import NUMERICS
from negotiation.truce_panel.scores import HORIZONS
from negotiation.truce_panel.spells import Card, Spell, cards_of
from negotiation.truce_panel.tables import Tables, Truce
from negotiation.truces.record.renewals import rounds_a_year
from negotiation.truces.theories import theories_by_name
from negotiation.truces.theories.common.game_batch import GameBatch, game_batch
from negotiation.truces.theories.common.legs import margins_by_player


@dataclass(frozen=True)
class PartShare:
    """One theory's answer for one part of a truce."""

    card: Card
    theory: str
    # The least margin of a player at the middle of all ranges, in percent of that player's GDP.
    margin: float
    # The share of draws in which the part is kept; draws in which keeping is not rational count as one half.
    share: float
    # The share of draws in which keeping is worth at least as much as the worst that a side can be held to.
    rational: float
    # Whether the trade under each measure of the part is given.
    sourced: bool


@dataclass(frozen=True)
class TheoryShares(Tabular):
    """Each theory's answer for each part of each truce. Make one with `Panel.theories`.

    Parameters
    ----------
    rows : tuple of PartShare
        One row per part and theory, ordered by truce, leg, coverage and theory.
    draws : int
        Number of parameter draws behind each share.

    Examples
    --------
    >>> import negotiation as ng
    >>> shares = ng.panel()["2014-10-cotton"].theories(draws=16)
    >>> shares.of("each for itself").shape
    (3,)
    """

    rows: tuple[PartShare, ...]
    draws: int

    def of(self, theory: str) -> FloatArray:
        """Return a theory's shares in the order of parts.

        Parameters
        ----------
        theory : str
            Name of the theory.

        Returns
        -------
        array, shape (parts,)
            Share of draws in which each part is kept, from 0 to 1. Draws in which keeping is not rational
            count as one half. Empty if there is no such theory.
        """
        return np.array([row.share for row in self.rows if row.theory == theory])

    def by_theory(self) -> dict[str, FloatArray]:
        """Return the shares of every theory.

        Returns
        -------
        dict from str to array, shape (parts,)
            The shares of each theory, as from `of`.
        """
        return {name: self.of(name) for name in dict.fromkeys(row.theory for row in self.rows)}

    def table(self) -> Table:
        """Return one row per part and theory.

        Returns
        -------
        Table
            The truce, the leg, whether the text covers the part, the theory, the margin at the middle of all
            ranges in percent of GDP, the share of draws in which the part is kept, the share in which keeping
            is rational, and whether the trade that its measures affect is given.
        """
        heads = ("truce", "leg", "text", "theory", "margin", "share", "rational", "sourced")
        rows = tuple(
            (
                row.card.truce_id, row.card.leg, "covered" if row.card.covered else "left out", row.theory,
                row.margin, row.share, row.rational, row.sourced,
            )
            for row in self.rows
        )  # fmt: skip
        title = f"what theories say of parts: margin in % of GDP, share of {self.draws} draws in which kept"
        return Table(title, heads, rows)


def theory_shares(
    tables: Tables, draws: int = NUMERICS.draws, progress: Progress | None = None
) -> TheoryShares:
    """Return each theory's answer for each part of the truces in some tables."""
    shares: list[PartShare] = []
    with told("theories on truces", progress) as report:
        for truce in counted(sorted(tables.truces, key=lambda truce: truce.truce_id), report):
            shares += _of_truce(tables, truce, draws)
    return TheoryShares(tuple(shares), draws)


def chances_of(
    models: Sequence[str] | None, own: Tables, spells: Sequence[Spell], others: Tables
) -> Iterator[tuple[str, FloatArray]]:
    """Yield each model, and the probabilities that parts of `others` are kept, (parts, horizons).

    The models are fitted to `own` and its `spells`.
    """
    of_theory = {with_theory(name): name for name in theories_by_name()}
    known, cards = (*MODELS, *of_theory), cards_of(others)
    wanted = known if models is None else names_given(models, "`models`") or ()
    for model in wanted:
        UnknownModel.unless_in(model, known)
    both = (
        [theory_shares(panel).by_theory() for panel in (own, others)] if of_theory.keys() & {*wanted} else []
    )
    for model in wanted:
        taught, tested = (panel[of_theory[model]] for panel in both) if model in of_theory else (None, None)
        fitted = keeping(HEADLINE if model in of_theory else model, spells, taught)
        yield model, fitted.kept(cards, HORIZONS, tested)


def _of_truce(tables: Tables, truce: Truce, draws: int) -> Iterator[PartShare]:
    world, text = scenario_of(tables, truce, priors()), agreement_of(tables, truce)
    state, parts = world.default_state, parts_of(tables, truce)
    sample = sobol_draws(world, draws, NUMERICS.draw_seed)
    ends = rounds_a_year(world)
    often = np.random.default_rng(NUMERICS.draw_seed).uniform(ends.low, ends.high, draws)
    batches = [game_batch(text, world, state)]
    at_once = max(1, NUMERICS.profiles_at_once // prod(batches[0].whole.shape))
    for start in range(0, draws, at_once):
        part = slice(start, start + at_once)
        values = {name: drawn[part] for name, drawn in sample.values.items()}
        batches.append(
            game_batch(
                text, world, state, varied=values, delta=sample.discount_factor[part], rounds=often[part]
            )
        )
    cards = [card for card in cards_of(tables) if card.truce_id == truce.truce_id]
    answers = [part_margins(item) for item in batches]
    for card in cards:
        name = part_name(card.leg, card.covered)
        own = [measure for (held, _), measures in parts.items() if held == name for measure in measures]
        sourced = all(item.exposure_usd_bn is not None for item in own)
        for theory in theories_by_name():
            margins = np.concatenate([answer[theory][0][name] for answer in answers[1:]])
            rational = np.concatenate([answer[theory][1] for answer in answers[1:]])
            kept = np.where(rational, margins >= 0.0, 0.5)
            middle = float(answers[0][theory][0][name][0])
            yield PartShare(card, theory, middle, float(kept.mean()), float(rational.mean()), sourced)


def part_margins(batch: GameBatch) -> dict[str, tuple[dict[str, FloatArray], BoolArray]]:
    """Return, by theory, each instrument's margins and whether keeping is rational, each shape (D,)."""
    answers = {}
    for name, theory in theories_by_name().items():
        departures = theory.departures(batch)
        rational: BoolArray = np.logical_and.reduce([own.rational for own in departures])
        margins: dict[str, FloatArray] = {
            measure: np.minimum.reduce(margins_by_player(batch, departures, batch.leg_of(measure), measure))
            for measure in batch.scenario.instruments
        }
        answers[name] = margins, rational
    return answers

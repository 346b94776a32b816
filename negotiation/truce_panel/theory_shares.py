"""What each theory says of each part of each truce: its margin, and in what share of draws it is kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray
from negotiation.truce_panel.spells import Card


@dataclass(frozen=True)
class PartShare:
    """What one theory says of one part of a truce."""

    card: Card
    theory: str
    # At the middle of all ranges, percent of GDP of the player whose it is.
    margin: float
    # Of the draws, those in which the part is kept; where what is kept is not rational, by half.
    share: float
    # Of the draws, those in which what is kept is worth no less to either side than the worst for it.
    rational: float
    # Whether a page gave the trade under each of its measures.
    sourced: bool


@dataclass(frozen=True)
class TheoryShares(Tabular):
    """What each theory says of each part of each truce. Make them with `Panel.theories`.

    Parameters
    ----------
    rows : tuple of PartShare
        By truce, leg, coverage, theory.
    draws : int
        Draws behind each share.

    Examples
    --------
    >>> import negotiation as ng
    >>> found = ng.panel()["2014-10-cotton"].theories(draws=16)
    >>> found.of("each for itself").shape
    (3,)
    """

    rows: tuple[PartShare, ...]
    draws: int

    def of(self, theory: str) -> FloatArray:
        """Return a theory's shares in the order of parts.

        Parameters
        ----------
        theory : str
            Its name.

        Returns
        -------
        array, shape (parts,)
            Between 0 and 1.
        """
        return np.array([row.share for row in self.rows if row.theory == theory])

    def by_theory(self) -> dict[str, FloatArray]:
        """Return the shares of every theory.

        Returns
        -------
        dict from str to array, shape (parts,)
            By theory, in the order of parts.
        """
        return {name: self.of(name) for name in dict.fromkeys(row.theory for row in self.rows)}

    def table(self) -> Table:
        """Return one row a part and theory: the margin in the middle, the share, whether trade is sourced."""
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

"""What a mechanism changes: the rules under which a game is formed and an agreement is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Rules:
    """How the game is formed. Plain rules leave nothing but the rate at which anything moves.

    Parameters
    ----------
    static : bool
        Whether a move's payoff of the period counts.
    contract : bool
        Whether an agreement in force is kept by the threat of losing it.
    future : bool
        Whether that loss lasts as long as the truce could, or one period only.
    coverage : {"everything", "written", "read"}
        What the agreement covers: every level as it stood at the signing, what its text prescribes, or what
        each side reads in it.
    linked : bool
        Whether a breach costs the whole of what is covered, and is answered anywhere in it; or its own leg.
    noise : bool
        Whether agencies slip, and clauses are misjudged.
    depletion : bool
        Whether dependence and stocks move with the recorded use of leverage; or stay full, stocks gone.
    clock : bool
        Whether the agreement ends with its term, unless renewed.
    weights : bool
        Whether security and protected producers weigh as in the calibration; or the economy counts alone.
    """

    static: bool = False
    contract: bool = False
    future: bool = False
    coverage: Literal["everything", "written", "read"] = "everything"
    linked: bool = False
    noise: bool = False
    depletion: bool = False
    clock: bool = False
    weights: bool = False


PLAIN = Rules()


@dataclass(frozen=True)
class Mechanism:
    """One mechanism: its name, what it says, and what it switches.

    Parameters
    ----------
    name : str
        Identifier.
    order : int
        Place in tables, and in the order of application.
    statement : str
        What it holds to be true, in a sentence.
    switch : callable
        From rules without it to rules with it.
    """

    name: str
    order: int
    statement: str
    switch: Callable[[Rules], Rules]

"""Mechanisms that may explain the record, each on or off, and the rule of the game that each switches.

A mechanism is a line of `MECHANISMS`: a name, what it holds to be true, and the rules that hold with it on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from negotiation.errors import UnknownName


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


@dataclass(frozen=True)
class Mechanism:
    """One mechanism: its name, what it says, and what it switches.

    Parameters
    ----------
    name : str
        Identifier.
    statement : str
        What it holds to be true, in a sentence.
    switched : mapping from str to value
        The fields of `Rules` that it sets.
    """

    name: str
    statement: str
    switched: Mapping[str, Any]

    def switch(self, rules: Rules) -> Rules:
        """Return the rules with the mechanism on."""
        return replace(rules, **self.switched)


MECHANISMS = (
    # Best replies with noise, as in quantal response (McKelvey and Palfrey 1995).
    Mechanism(
        "static",
        "Each side moves towards what pays in the period, the other's posture given.",
        {"static": True},
    ),
    # Grim trigger on everything as it stood at the signing (Friedman 1971), seen perfectly.
    Mechanism(
        "patience",
        "A breach forfeits what the truce is worth for as long as it could last.",
        {"contract": True, "future": True},
    ),
    # Outside the text instruments follow their stage incentives: the variant *moment*.
    Mechanism(
        "coverage",
        "An agreement restrains what its text names and nothing else.",
        {"contract": True, "coverage": "written"},
    ),
    # Naive play: each side is sure that the other shares its reading. It decides where `coverage` is on too.
    Mechanism(
        "readings",
        "Each side keeps and enforces the agreement as it reads it.",
        {"contract": True, "coverage": "read"},
    ),
    # Bernheim and Whinston (1990) on pooled incentive constraints.
    Mechanism(
        "linkage",
        "A breach anywhere puts everything covered at stake and may be answered anywhere.",
        {"contract": True, "linked": True},
    ),
    # Green and Porter (1984): under imperfect monitoring what nobody broke is answered.
    Mechanism(
        "noise",
        "Agencies escalate unmeant, and vague clauses look broken when they were kept.",
        {"noise": True},
    ),
    # Dependence and stocks follow the recorded use of curb and controls.
    Mechanism(
        "depletion",
        "Using a choke point wears it out, and stocks buy time.",
        {"depletion": True},
    ),
    # Benoit and Krishna (1985) on finitely repeated games: the end of the term reaches back.
    Mechanism(
        "clock",
        "An agreement lasts to the end of its term and beyond it only by renewal.",
        {"contract": True, "clock": True},
    ),
    # Putnam (1988); without it security and business weigh alike, and protected producers as everybody else.
    Mechanism(
        "weights",
        "Security hawks and protected producers weigh in what a government wants.",
        {"weights": True},
    ),
)
"""In the order in which they apply, a later one deciding what two of them set."""


class UnknownMechanism(UnknownName):
    """No mechanism of this name."""

    noun = "mechanism"


def mechanisms() -> dict[str, Mechanism]:
    """Return the mechanisms by name, in the order in which they apply.

    Examples
    --------
    >>> list(mechanisms())[:3]
    ['static', 'patience', 'coverage']
    """
    return {one.name: one for one in MECHANISMS}


def mechanism_names() -> tuple[str, ...]:
    """Return the names of the mechanisms."""
    return tuple(mechanisms())


def rules_of(on: Iterable[str]) -> Rules:
    """Return the rules under which the game is formed with these mechanisms on and the others off.

    Raises
    ------
    UnknownMechanism
        If a name is not among the mechanisms.

    Examples
    --------
    >>> rules_of(["static", "coverage"]).coverage
    'written'
    """
    wanted = set(on)
    for name in wanted:
        if name not in mechanisms():
            raise UnknownMechanism(name, mechanisms())
    rules = Rules()
    for mechanism in MECHANISMS:
        if mechanism.name in wanted:
            rules = mechanism.switch(rules)
    return rules

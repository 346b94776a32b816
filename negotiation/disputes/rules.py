"""The rules of moves: the levels that exist under each law, their order, and how long a move takes.

`legality` says whether a move is legal and, if not, why. `apply_move` returns new postures or raises an
error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from negotiation.disputes.instrument import Level
from negotiation.disputes.posture import Move, Postures
from negotiation.disputes.scenario import Scenario
from negotiation.disputes.state import State
from negotiation.errors import IllegalMove, UnknownName


@dataclass(frozen=True)
class Legality:
    """The legality of a move, with the reasons if it is not legal. Get one with `legality`.

    Parameters
    ----------
    legal : bool
        Whether the rules allow the move.
    reasons : tuple of str, optional
        Every reason why they do not allow it; empty for a legal move.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> answer = legality(scenario, scenario.calm(), Move("USA", {"tariff": "prohibitive"}))
    >>> answer.legal, answer.reason.split(".")[0]
    (False, "no level 'prohibitive'")
    """

    legal: bool
    reasons: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """The reasons as one text; empty for a legal move."""
        return "; ".join(self.reasons)


def legality(scenario: Scenario, postures: Postures, move: Move, state: State | None = None) -> Legality:
    """Return whether the rules allow a move.

    Parameters
    ----------
    scenario : Scenario
        The scenario, with its instruments, levels and laws.
    postures : Postures
        The levels in force.
    move : Move
        The country, the levels that it changes, and when.
    state : State, optional
        State of the world, which decides whether authority under laws that can be lost is in force; by
        default the scenario's default state.

    Returns
    -------
    Legality
        `.legal`, and in `.reasons` every reason why the move is not legal.

    Raises
    ------
    InvalidOptions
        If `state` is not a State.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> move = Move("USA", {"tariff": "peak"})
    >>> legality(scenario, scenario.calm(), move).legal
    True
    >>> legality(scenario, scenario.calm(), move, State(authority=0)).reason
    "USA tariff cannot go to 'peak': its legal authority, IEEPA, has been lost"
    """
    reasons = tuple(_objections(scenario, postures, move, state))
    return Legality(not reasons, reasons)


def apply_move(scenario: Scenario, postures: Postures, move: Move, state: State | None = None) -> Postures:
    """Return the postures after a legal move.

    Parameters
    ----------
    scenario : Scenario
        The scenario, with its instruments, levels and laws.
    postures : Postures
        The levels in force.
    move : Move
        The country, the levels that it changes, and when.
    state : State, optional
        State of the world, as in `legality`.

    Returns
    -------
    Postures
        New postures; `postures` does not change.

    Raises
    ------
    IllegalMove
        If the move is not legal. The message gives every reason.
    InvalidOptions
        If `state` is not a State.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> apply_move(scenario, scenario.calm(), Move("CHN", {"purchases": "boycott"}))["CHN"]["purchases"]
    'boycott'
    """
    verdict = legality(scenario, postures, move, state)
    if not verdict.legal:
        raise IllegalMove(
            f"{verdict.reason}. Nothing was changed; see Scenario.levels for the levels that exist"
        )
    return postures.after(move.country, move.changes)


def lawful_postures(
    scenario: Scenario, postures: Postures, state: State | None = None, day: date | None = None
) -> Postures:
    """Return the postures after laws are lost: each level without its law falls to a calmer level.

    The new level is the harshest calmer level whose law is in force and that is not past. Without such a
    level, the posture stays as it is. Laws must be in force in `state`, by default the scenario's, and on
    `day`, if it is given. A country does not choose this change, so it is not a move.
    """
    for country in scenario.countries:
        for name in scenario.held(country):
            instrument = scenario.instruments[name]
            now = instrument.position(country, postures[country][name])
            exist = scenario.levels(country, name, state, day)
            if any(level.label == postures[country][name] for level in exist):
                continue
            # A law that is lost does not bring back what had been left before.
            present = [level.label for level in exist if not level.past]
            calmer = [label for label in instrument.labels(country)[:now] if label in present]
            if calmer:
                postures = postures.after(country, {name: calmer[-1]})
    return postures


def _objections(scenario: Scenario, postures: Postures, move: Move, state: State | None) -> Iterator[str]:
    if move.country not in scenario.countries:
        yield f"{move.country!r} is not a country of the scenario ({', '.join(scenario.countries)})"
        return
    if move.country not in postures:
        yield f"the postures do not say what {move.country} does ({', '.join(postures) or 'they are empty'})"
        return
    if not move.changes:
        yield "the move changes nothing; it must change at least one level"
    if move.announced and move.effective and move.effective < move.announced:
        yield f"it takes effect on {move.effective}, before it is announced on {move.announced}"
    for name, label in move.changes.items():
        try:
            level = scenario.instrument(move.country, name).level(move.country, label)
        except UnknownName as error:
            yield str(error).rstrip(".")
            continue
        for objection in _level_objections(scenario, postures, move, name, level, state):
            yield f"{move.country} {name} cannot go to {label!r}: {objection}"


def _level_objections(
    scenario: Scenario, postures: Postures, move: Move, name: str, level: Level, state: State | None
) -> Iterator[str]:
    now = postures[move.country].get(name)
    if now is None:
        yield "the postures do not say at which level it is"
    if now == level.label:
        yield "it is at that level already"
    yield from scenario.missing_laws(level, state, move.announced, move.effective)
    if level.may_follow is not None and now is not None and now not in level.may_follow:
        yield f"it may only follow {' or '.join(level.may_follow)}, not {now!r}"
    if move.announced and move.effective and level.lead_days:
        days = (move.effective - move.announced).days
        if days < level.lead_days:
            yield f"it takes at least {level.lead_days} days from announcement to effect, not {days}"

"""The contract of an agreement: its clauses name existing instruments and lawful levels, and it compiles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from negotiation.disputes import Scenario, load_scenario
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.strategies import Automaton
from negotiation.testing.contracts.rules import Rule, first_fault, require
from negotiation.testing.strategies.world import default_scenario
from negotiation.truces.record.agreement_text import Terms, scenario_for
from negotiation.truces.verdicts.agreements import Agreement, truce

Fault = Callable[[Agreement, Scenario], str | None]


def check_agreement(agreement: Agreement | str | Path, *, scenario: Scenario | None = None) -> None:
    """Check that an agreement fulfils its contract.

    Clauses and readings name instruments and levels of their sides. The text prescribes at least one level,
    and only levels that are legal on its first day and were not merely threatened. Readings interpret vague
    clauses, and go beyond the text. The agreement compiles to a strategy that `verify` can check, whatever
    its verdict.

    Parameters
    ----------
    agreement : Agreement, str or path
        The agreement, its name, or the path of its file.
    scenario : Scenario, optional
        The dispute in which to check it; by default the dispute that the agreement names, or the
        main dispute of the package if it names none.

    Raises
    ------
    BrokenContract
        If a rule is broken; the message states the rule and the smallest example that was found.
    UnknownTruce, InvalidFile
        If there is no agreement of this name, or its file cannot be read or is faulty.

    Examples
    --------
    >>> check_agreement("2025-10-busan")
    """
    deal = agreement if isinstance(agreement, Agreement) else truce(agreement, scenario)
    world = scenario_for(deal, _dispute(deal) if scenario is None else scenario)
    require(f"the agreement {deal.id!r}", list(_rules(deal, world)))


def _dispute(deal: Agreement) -> Scenario:
    return default_scenario() if deal.home is None else load_scenario(deal.home)


def _rules(deal: Agreement, world: Scenario) -> Iterator[Rule[Any]]:
    rules = {
        "clauses name what their side holds": _clauses_fault,
        "the text prescribes a level that others can check": _covered_fault,
        "prescribed levels are lawful on its first day": _terms_fault,
        "readings are of vague clauses and go beyond the text": _read_fault,
        "it compiles to a strategy that can be checked": _compiled_fault,
    }
    for says, fault in rules.items():
        yield _rule(says, fault, deal, world)


def _rule(says: str, fault: Fault, deal: Agreement, world: Scenario) -> Rule[Any]:
    return Rule(says, None, lambda _: fault(deal, world))


def _covered_fault(deal: Agreement, _: Scenario) -> str | None:
    return None if deal.covered() else "no covered clause has a level that can be checked"


def _clauses_fault(deal: Agreement, world: Scenario) -> str | None:
    for clause in deal.clauses:
        if clause.instrument is None:
            continue
        sides = world.countries if clause.side == "both" else (clause.side,)
        held = [side in world.countries and clause.instrument in world.held(side) for side in sides]
        if not (any(held) if clause.side == "both" else all(held)):
            return f"clause {clause.id}: {clause.side} does not hold {clause.instrument!r}"
        if clause.level is not None:
            labels = world.instruments[clause.instrument].labels(clause.side)
            if clause.level not in labels:
                return f"clause {clause.id}: got level {clause.level!r}; allowed: {', '.join(labels)}"
    return None


def _terms_fault(deal: Agreement, world: Scenario) -> str | None:
    # The text alone, and with what each side reads into it.
    read = [deal.as_read_by(side) for side in world.countries]
    return first_fault(*(_unlawful(terms, deal, world) for terms in (deal.covered(), *read)))


def _unlawful(terms: Terms, deal: Agreement, world: Scenario) -> str | None:
    for (country, name), label in terms.items():
        lawful = {level.label: level for level in world.levels(country, name, day=deal.in_force)}
        if label not in lawful:
            return f"{country} {name}={label} is not lawful on {deal.in_force}"
        if lawful[label].threatened:
            return f"{country} {name}={label} was only threatened"
    return None


def _read_fault(deal: Agreement, world: Scenario) -> str | None:
    clauses = {clause.id: clause for clause in deal.clauses}
    for reading in deal.readings:
        if reading.side not in world.countries:
            return f"{reading.side} is not a country of the scenario"
        if clauses[reading.clause].checkable:
            return f"{reading.label!r} interprets clause {reading.clause}, which can be checked"
        for term in reading.terms:
            if term.level not in world.instrument(term.country, term.instrument).labels(term.country):
                return (
                    f"{reading.label!r} names {term.country} {term.instrument}={term.level}, which is not a "
                    "level"
                )
            if (term.country, term.instrument) in deal.covered():
                return f"{reading.label!r} interprets {term.country} {term.instrument}, which the text covers"
    return None


def _compiled_fault(deal: Agreement, world: Scenario) -> str | None:
    made = deal.compile(world)
    if isinstance(made, Automaton):
        game = deal.game(world)
        for state in made.states:
            game.stage.profile_index(made.actions[state])
        status = verify(game, made).status
    else:
        # A text that is no automaton is judged as it says itself, without draws.
        status = made.verdict(0).status
    return None if status in ("complete", "partial") else f"the check is {status}"

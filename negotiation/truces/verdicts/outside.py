"""What happens outside the text of an agreement: a stage equilibrium, or a convention of its own.

Coverage is a restriction on what play can react to: the agreement's automaton moves on the alarms of what
it binds. Outside, either each instrument is at a stage equilibrium of the residual game (*moment*), or both
sides keep to what was there and answer a breach of that in kind (*custom*), which has to be an equilibrium
by itself.
"""

from __future__ import annotations

from negotiation.checks.verify import verify
from negotiation.solutions.verdict import Verdict
from negotiation.truces.compiling.compiler import Choices, Key, compiled_terms, outside_levels
from negotiation.truces.compiling.coverage_game import with_terms
from negotiation.truces.compiling.terms import postures_before, written_terms
from negotiation.truces.record.agreement_text import AgreementText
from negotiation.world import Scenario


def outside_moves(
    agreement: AgreementText, scenario: Scenario, choices: Choices
) -> tuple[tuple[Key, str], ...]:
    """Return what goes harsher outside the text at the stage equilibrium of the residual game.

    Parameters
    ----------
    agreement, scenario, choices : AgreementText, Scenario, Choices
        As for `outside_levels`.
    """
    terms, before = written_terms(agreement), postures_before(agreement, scenario)
    after = outside_levels(agreement, scenario, terms, choices)
    found: list[tuple[Key, str]] = []
    for country in scenario.countries:
        for name in scenario.held(country):
            position = scenario.instruments[name].position
            now, then = before[country][name], after[country][name]
            if (country, name) not in terms and position(country, then) > position(country, now):
                found.append(((country, name), f"{country} {name} to {then}"))
    return tuple(found)


def custom_verdict(agreement: AgreementText, scenario: Scenario, choices: Choices) -> Verdict | None:
    """Return the check of a convention that keeps what is outside the text as it was, answered in kind.

    Each breach of it is answered by one step in the same issue, for as long as the agreement's own answers
    last; it has no clock and is not linked to the text. Its levels are taken to be published.

    Parameters
    ----------
    agreement, scenario, choices : AgreementText, Scenario, Choices
        Length of an answer, coordination, payoffs.
    """
    terms, before = written_terms(agreement), postures_before(agreement, scenario)
    kept = with_terms(before, terms)
    outside = {
        (c, name): kept[c][name]
        for c in scenario.countries
        for name in scenario.held(c)
        if (c, name) not in terms
    }
    if not outside:
        return None
    own = Choices("custom", "proportionate", "none", choices.state)
    compiled = compiled_terms(agreement, scenario, outside, kept, own, "high")
    return verify(compiled.game, compiled.automaton)

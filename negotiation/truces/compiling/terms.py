"""The terms of an agreement for a game: what is bound, how it slips and how it is seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from negotiation.disputes import Postures, Scenario, State
from negotiation.disputes.instrument import Level, Pair
from negotiation.errors import IllegalMove, InvalidDate, InvalidFile, UnknownCountry, UnknownName
from negotiation.truces.compiling.clause_noise import Noise, level_noise
from negotiation.truces.record.agreement_text import AgreementText, Terms, base_of, papers_of
from negotiation.truces.record.clauses import Reading
from negotiation.truces.record.timeline import postures_on, record_begins, record_ends


@dataclass(frozen=True)
class Bound:
    """A prescribed level, and how it is kept and seen."""

    # country, instrument, level: The bound country and instrument, and the harshest level allowed.
    country: str
    instrument: str
    level: str
    # The leg of the instrument.
    issue: str
    # The chances that an agency slips and that the level is not seen as it is.
    noise: Noise

    @property
    def key(self) -> Pair:
        """Country and instrument."""
        return self.country, self.instrument


def written_terms(agreement: AgreementText) -> dict[Pair, str]:
    """Return the levels of the text, and of the text that it amends where it prescribes none."""
    base = base_of(agreement)
    return {**(base.covered() if base else {}), **agreement.covered()}


def read_terms(agreement: AgreementText, reading: Reading) -> dict[Pair, str]:
    """Return the levels under a reading: the written text with the reading's additions."""
    added = {(term.country, term.instrument): term.level for term in reading.terms}
    return {**written_terms(agreement), **added}


def with_terms(in_force: Postures, terms: Terms) -> Postures:
    """Return the postures with the prescribed levels in place."""
    for (country, name), label in terms.items():
        in_force = in_force.after(country, {name: label})
    return in_force


def postures_before(agreement: AgreementText, scenario: Scenario) -> Postures:
    """Return the levels on the day before the signing, or on the record's last day if that is earlier.

    If the agreement states these levels, its statement is used, with everything else calm. The record is used
    instead if the scenario has past levels and the record begins before the signing.
    """
    # The record is more reliable than the statement if, with past levels, it begins before the signing.
    if agreement.before:
        stated = stated_postures(agreement, scenario)
        if not scenario.looks_back or agreement.signed <= record_begins(scenario):
            return stated
    begins = record_begins(scenario)
    if agreement.signed <= begins:
        raise InvalidDate(
            f"{agreement.id} was signed on {agreement.signed}, but the record of levels begins on {begins} "
            "and does not cover the day before the signing; state the levels of that day as [[before]] in "
            "its file"
        )
    return postures_on(scenario, min(agreement.signed - timedelta(days=1), record_ends(scenario)))


def stated_postures(agreement: AgreementText, scenario: Scenario) -> Postures:
    """Return the levels that an agreement states for the day before its signing, with others calm.

    Raises `UnknownName` if the statement names a country, an instrument or a level that is not known.
    """
    postures = scenario.calm()
    for entry in agreement.before:
        _known_level(agreement, scenario, "before", entry.country, entry.instrument, entry.level)
        postures = postures.after(entry.country, {entry.instrument: entry.level})
    return postures


def in_play(agreement: AgreementText, scenario: Scenario) -> tuple[str, ...]:
    """Return the instruments in play: those with levels stated for the day before signing, else all."""
    return tuple(dict.fromkeys(entry.instrument for entry in agreement.before)) or tuple(scenario.instruments)


def unbound(agreement: AgreementText, scenario: Scenario, terms: Terms) -> list[Pair]:
    """Return the pairs of country and instrument in play that the terms do not bind."""
    names = in_play(agreement, scenario)
    held = ((c, name) for c in scenario.countries for name in scenario.held(c) if name in names)
    return [pair for pair in held if pair not in terms]


def bound_levels(agreement: AgreementText, scenario: Scenario, terms: Terms) -> tuple[Bound, ...]:
    """Return how each prescribed level is kept and seen."""
    papers = papers_of(agreement)
    return tuple(
        Bound(
            country,
            name,
            level,
            scenario.instruments[name].leg,
            level_noise(papers, scenario, country, name, level),
        )
        for (country, name), level in terms.items()
    )


def check_agreement_known(agreement: AgreementText, scenario: Scenario) -> None:
    """Raise unless the scenario has every country, instrument and level that clauses and readings name.

    Terms that an amendment leaves unchanged are checked, too. `check_agreement_fits` also checks that the law
    of each level is in force. The error is `UnknownCountry`, `UnknownInstrument` or `UnknownLevel`.
    """
    for _ in _levels_named(agreement, scenario):
        pass


def check_agreement_fits(agreement: AgreementText, scenario: Scenario, state: State) -> None:
    """Raise unless the scenario has every level that clauses and readings name, and each is lawful.

    Terms that an amendment leaves unchanged are checked, too. Raises `UnknownName` for a name that is not
    known, `IllegalMove` for a level without its law, and `InvalidFile` for an answer in an issue that the
    agreement does not cover.
    """
    for where, country, name, level in _levels_named(agreement, scenario):
        missing = "; ".join(scenario.missing_laws(level, state, agreement.in_force))
        # The law must be in force on the day from which the terms are applied, in the state of the game.
        if missing:
            raise IllegalMove(
                f"{agreement.id}, {where}: {country} {name} cannot be held at {level.label!r}: {missing}; "
                "lawful: "
                f"{', '.join(x.label for x in scenario.levels(country, name, state, agreement.in_force))}"
            )
    _check_answers(agreement, scenario)


def _levels_named(agreement: AgreementText, scenario: Scenario) -> Iterator[tuple[str, str, str, Level]]:
    """Yield place, country, instrument and level for each level that an agreement names; raise if unknown."""
    for where, country, name, label in _labels_named(agreement, scenario):
        level = _known_level(agreement, scenario, where, country, name, label)
        if level is not None:
            yield where, country, name, level


def _labels_named(agreement: AgreementText, scenario: Scenario) -> Iterator[tuple[str, str, str, str | None]]:
    """Yield place, country, instrument and label for each instrument that an agreement names.

    The label is None in a clause without a level. The place, such as "clause 1", is for messages.
    """
    for clause in agreement.clauses:
        if clause.instrument is None:
            continue
        # A clause of both sides on an instrument that only one of them holds is about that side.
        sides = scenario.countries if clause.side == "both" else (clause.side,)
        for side in sides:
            known = scenario.instruments.get(clause.instrument)
            if clause.side == "both" and known is not None and side not in known.levels:
                continue  # only the other side holds it; an unknown instrument raises when it is looked up
            yield f"clause {clause.id}", side, clause.instrument, clause.level
    for reading in agreement.readings:
        for term in reading.terms:
            yield f"reading {reading.label!r}", term.country, term.instrument, term.level
    own = agreement.covered()
    for (country, name), label in written_terms(agreement).items():
        if (country, name) not in own:
            yield f"amending {agreement.amends}", country, name, label


def _known_level(
    agreement: AgreementText, scenario: Scenario, where: str, country: str, name: str, label: str | None
) -> Level | None:
    """Return the level of a label, or None without a label.

    Raises `UnknownName` with a message that says where in the agreement the unknown name is.
    """
    try:
        if country not in scenario.countries:
            raise UnknownCountry(country, scenario.countries)
        instrument = scenario.instrument(country, name)
        return None if label is None else instrument.level(country, label)
    except UnknownName as error:
        error.args = (f"{agreement.id}, {where}: {error}",)
        raise


def _check_answers(agreement: AgreementText, scenario: Scenario) -> None:
    named = agreement.linkage.answers or {}
    terms = [written_terms(agreement), *(read_terms(agreement, r) for r in agreement.readings)]
    issues = {scenario.instruments[name].leg for levels in terms for _, name in levels}
    for issue, answered in named.items():
        wrong = [i for i in (issue, *answered) if i not in issues]
        if wrong:
            raise InvalidFile(
                f"{agreement.id}: linkage.answers.{issue}: got the issue {wrong[0]!r}; expected issues that "
                f"the agreement covers: {', '.join(sorted(issues)) or 'none'}"
            )

"""Where an agreement stands for one side, from what was public: its terms, its remaining term, who broke it.

Under given rules (`mechanisms.py`) an agreement prescribes ceilings as the side sees them; a breach
puts a stream of stakes at risk, as long as the agreement could last; and where the other side has stepped up,
or has not come down to a ceiling in time, the side has cause to answer for as long as a punishment lasts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from negotiation.truces.compiling.clause_noise import Noise, level_noise
from negotiation.truces.compiling.coverage_game import with_terms
from negotiation.truces.prediction.mechanisms import Rules
from negotiation.truces.prediction.rates import ANSWER
from negotiation.truces.record.agreement_text import AgreementText, Terms
from negotiation.truces.record.past import Past, Step
from negotiation.truces.record.renewals import clock_end
from negotiation.world import Postures, Scenario
from negotiation.world.instrument import Pair

FOR_EVER = timedelta(days=36500)


@dataclass(frozen=True)
class AgreementInForce:
    """An agreement in force, as one side sees it.

    Parameters
    ----------
    papers : tuple of AgreementText
        The agreement, and its amendments by day.
    terms : dict from (country, instrument) to level
        The ceilings.
    weight : float
        How many periods' stakes a breach forfeits, discounted.
    breaches : dict from leg to float
        Chance that the side takes the other to have broken its terms there.
    """

    papers: tuple[AgreementText, ...]
    terms: Terms
    weight: float
    breaches: dict[str, float]


def agreement_in_force(scenario: Scenario, past: Past, rules: Rules, side: str) -> AgreementInForce | None:
    """Return where the last agreement stands for a side, or `None` where none is in force or counts.

    Parameters
    ----------
    scenario : Scenario
        Patience, renewal, and what is seen.
    past : Past
        What was public.
    rules : Rules
        What counts.
    side : str
        The country.
    """
    papers = papers_in_force(past)
    if not papers or not rules.contract:
        return None
    weight = stake_weight(scenario, past, rules, papers)
    if weight is None:
        return None
    terms = terms_of(past, rules, papers, side)
    return AgreementInForce(papers, terms, weight, _breaches(scenario, past, rules, papers, terms, side))


def papers_in_force(past: Past) -> tuple[AgreementText, ...]:
    """Return the last agreement that stands on its own and its amendments, by day; none before the first."""
    agreement = past.agreement()
    return () if agreement is None else (agreement, *past.amendments(agreement))


def stake_weight(
    scenario: Scenario, past: Past, rules: Rules, papers: Sequence[AgreementText]
) -> float | None:
    """Return how many periods' stakes a breach forfeits, discounted; `None` once the term is over.

    Without a clock delta / (1 - delta). With N periods of the term of T left and renewal probability phi,
    delta (1 - delta^N) / (1 - delta) + phi delta^N W, with W the same of a whole term and its renewals.
    Without the future one period, delta.
    """
    delta, agreement = scenario.discount_factor, papers[0]
    if not rules.clock:
        return delta / (1.0 - delta) if rules.future else delta
    end = clock_end(papers)
    if end is not None and past.as_of > end:
        return None
    if not rules.future:
        return delta
    if end is None:
        return delta / (1.0 - delta)
    lag, phi = scenario.parameters["reaction_lag_days"], scenario.renewal
    left = delta ** ((end - past.as_of).days / lag)
    term = delta ** (agreement.clock_days / lag) if agreement.clock_days else 0.0
    flow = delta / (1.0 - delta)
    return float(flow * (1.0 - left) + phi * left * flow * (1.0 - term) / (1.0 - phi * term))


def terms_of(past: Past, rules: Rules, papers: Sequence[AgreementText], side: str) -> Terms:
    """Return the ceilings as a side sees them under the rules, in an agreement and its amendments."""
    written: dict[Pair, str] = {}
    for paper in papers:
        written.update(paper.covered() if rules.coverage != "read" else paper.as_read_by(side))
    if rules.coverage != "everything":
        return written
    signed = past.postures(before=papers[0].signed + timedelta(days=1))
    everything = with_terms(signed, written)
    return {(c, name): label for c, posture in everything.items() for name, label in posture.items()}


def noise_in_force(
    scenario: Scenario, papers: Sequence[AgreementText], rules: Rules, country: str, name: str, level: str
) -> Noise:
    """Return how a prescribed level is kept and seen under the papers in force; without noise, as it is.

    Parameters
    ----------
    scenario : Scenario
        Gives the chances.
    papers : sequence of AgreementText
        An agreement and its amendments, by day.
    rules : Rules
        Whether there is noise.
    country, name, level : str
        Who is bound in which instrument, and to what.
    """
    return level_noise(papers, scenario, country, name, level) if rules.noise else Noise()


def _breaches(
    scenario: Scenario, past: Past, rules: Rules, papers: Sequence[AgreementText], terms: Terms, side: str
) -> dict[str, float]:
    """Return, by leg, the chance that a side takes the other to be in breach."""
    agreement = papers[0]
    other, now = scenario.other(side), past.postures()
    # A step down that is due is not missed before the reaction window has passed; an answer ends in time.
    lasts = agreement.punishment_periods(scenario.parameters["reaction_lag_days"])
    length = FOR_EVER if lasts is None else timedelta(scenario.parameters["reaction_lag_days"]) * lasts
    due = agreement.in_force + ANSWER
    late = due < past.as_of <= due + length
    spared: dict[str, float] = {}
    for (country, name), ceiling in terms.items():
        if country != other:
            continue
        noise = noise_in_force(scenario, papers, rules, country, name, ceiling)
        overdue = late and _above(scenario, now, country, name, ceiling)
        broken = overdue or _stepped_beyond(scenario, past, papers, (country, name), ceiling, length)
        leg = scenario.instruments[name].leg
        spared[leg] = spared.get(leg, 1.0) * (1.0 - (noise.detection if broken else noise.false_alarm))
    return {leg: 1.0 - chance for leg, chance in spared.items()}


def _above(scenario: Scenario, now: Postures, country: str, name: str, ceiling: str) -> bool:
    instrument = scenario.instruments[name]
    return instrument.position(country, now[country][name]) > instrument.position(country, ceiling)


def _stepped_beyond(
    scenario: Scenario,
    past: Past,
    papers: Sequence[AgreementText],
    pair: Pair,
    ceiling: str,
    length: timedelta,
) -> bool:
    """Whether a side stepped beyond a ceiling no longer ago than a punishment, since the last paper.

    A rise that ends at the ceiling or below it is allowed; one more within the level of the ceiling is not. A
    row that maps to no level stays within the one in force.
    """
    country, name = pair
    position, steps = scenario.instruments[name].position, [s for s in past.steps if _is_of(s, pair)]
    limit = position(country, ceiling)
    start: date = max(past.as_of - length, max(paper.signed for paper in papers))
    at = position(country, past.postures(before=start + timedelta(days=1))[country][name])
    for step in steps:
        if step.day <= start:
            continue
        to = at if step.level is None else position(country, step.level)
        if step.move.direction == "escalate" and (to > limit or to == at == limit):
            return True
        at = to
    return False


def _is_of(step: Step, pair: Pair) -> bool:
    return (step.move.actor, step.move.instrument) == pair and step.move.status == "applied"

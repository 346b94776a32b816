"""Evidence with signings given: against the density that counts them, and against closed forms."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from scipy.special import gammaln

from negotiation.truces.estimation.signings_given import (
    DECISION,
    REST,
    as_theory,
    at_factor,
    at_random,
    factors_of_a_spell,
    numbers,
    path_terms,
    spell_paths,
)
from negotiation.truces.estimation.theory_record import theory_record
from tests.us_china import SCENARIO

UNTIL, SINCE = date(2025, 12, 1), date(2025, 1, 1)
ONE = np.ones(1)
BUSAN = date(2025, 10, 30)


def small(theory, instruments=("tariff", "rare_earth_curb")):
    return theory_record(SCENARIO, theory, until=UNTIL, since=SINCE, instruments=instruments)


def central(record):
    row = np.array([prior.at(0.5) for prior in record.priors])
    return row, record.games_at(row)


SLOWER = [pytest.param(name, marks=pytest.mark.long) for name in ("each for itself", "renegotiation")]


@pytest.mark.parametrize("theory", ["custom in kind", *SLOWER])
def test_with_nothing_given_the_density_is_that_of_the_record(theory):
    record = small(theory)
    row, games = central(record)
    found = 0.0
    for spell, game in zip(record.spells, games, strict=True):
        paths = spell_paths(spell, game, (), (), {})
        terms = path_terms(as_theory(game), len(game.phases), paths, ONE)
        assert REST not in paths.kinds
        found += numbers(terms, ONE).both
        assert numbers(terms, ONE).both == pytest.approx(
            numbers(terms, ONE).marks + numbers(terms, ONE).times
        )
    assert found == pytest.approx(record.log_densities(row[None]).sum())


def test_moves_at_random_have_the_closed_form_of_a_gamma_mixture():
    record = small("each for itself", ("tariff", "entity_list", "rare_earth_curb"))
    _, (game, _) = central(record)
    spell, rate, shape = record.spells[0], 9.0, 2.5
    paths = spell_paths(spell, game, [spell.begins], [], {})
    factors, weights = factors_of_a_spell(shape)
    found = numbers(path_terms(at_random(game.game, rate), 1, paths, factors), weights)
    n, years = int((paths.kinds == DECISION).sum()), (spell.ends - spell.begins).days / 365
    exact = shape * np.log(shape) + gammaln(shape + n) - gammaln(shape) + n * np.log(rate)
    assert found.times == pytest.approx(exact - (shape + n) * np.log(shape + rate * years), abs=1e-4)
    assert paths.ids[0][0]  # the signing carries levels, and is no decision
    counts = [
        sum(int((rows.targets[rows.row(s)] != s).sum()) for rows in game.game.options)
        for s in paths.states[0]
    ]
    decisions = np.flatnonzero(paths.kinds[0] == DECISION)
    assert found.marks == pytest.approx(-sum(np.log(counts[k]) for k in decisions))


def test_one_sides_moves_of_a_day_are_one_decision_and_a_signing_has_no_density():
    record = small("each for itself", ("tariff", "entity_list"))
    _, (_, game) = central(record)
    counted, given = (spell_paths(record.spells[1], game, days, [], {}) for days in ((), (BUSAN,)))
    assert counted.kinds.tolist() == [[DECISION, REST, 0]]
    assert given.kinds.tolist() == [[1, 0]]
    assert given.states[0].tolist() == counted.states[0, [0, 2, 3]].tolist()
    terms = path_terms(at_random(game.game, 9.0), 1, counted, ONE)
    assert terms.hazard[0, 0] == pytest.approx([np.log(9.0), 0.0, 0.0])
    quiet = numbers(path_terms(at_random(game.game, 9.0), 1, given, ONE), ONE)
    assert quiet.marks == 0.0
    assert quiet.times == pytest.approx(-9.0 * (UNTIL - BUSAN).days / 365)


def test_a_move_known_to_a_month_is_the_mean_over_its_days_and_one_that_is_given_leaves_its_quiet_time():
    record = small("each for itself", ("rare_earth_curb",))
    _, (game, _) = central(record)
    spell = record.spells[0]
    (move, *_) = (m for m in spell.moves if m.country == "CHN" and m.instrument == "rare_earth_curb")
    paths = spell_paths(spell, game, (), (), {move.id: move.day - timedelta(days=9)})
    played = as_theory(game)
    terms = path_terms(played, 1, paths, ONE)
    assert [days[0] for days in paths.days] == [
        (move.day - timedelta(days=d)).toordinal() for d in (8, 6, 4, 2, 0)
    ]
    each = np.exp((terms.quiet + terms.hazard + terms.mark).sum(axis=-1)[:, 0])
    assert numbers(terms, ONE).both == pytest.approx(np.log(each.mean()))
    without = numbers(terms, ONE, without=(move.id,))
    assert without.marks == pytest.approx(numbers(terms, ONE).marks - terms.mark[0, 0, 0])
    assert numbers(terms, ONE, last=spell.begins).both == 0.0
    twice = path_terms(at_factor(played, 2.0), 1, paths, ONE)
    assert twice.quiet == pytest.approx(path_terms(played, 1, paths, 2.0 * ONE).quiet)


def test_a_day_of_signing_begins_the_record_anew_in_the_first_phase():
    record = small("renegotiation", ("chip_control", "rare_earth_curb"))
    _, (game, _) = central(record)
    spell, london = record.spells[0], date(2025, 6, 10)
    before = spell.opening
    for move in (m for m in spell.moves if m.day < london):
        before = before.after(move.country, {move.instrument: move.level})
    after = tuple(m for m in spell.moves if m.day >= london)
    later = replace(spell, begins=london, opening=before, moves=after)
    whole, rest = (
        path_terms(as_theory(game), len(game.phases), spell_paths(one, game, (london,), (), {}), ONE)
        for one in (spell, later)
    )
    until = numbers(whole, ONE, last=london)
    assert numbers(whole, ONE).both == pytest.approx(until.both + numbers(rest, ONE).both)
    assert len(game.phases) > 1

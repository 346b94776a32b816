"""A theory's record of tariffs alone, or of made-up spells: its priors, waits, levels and games by hand."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from negotiation.errors import InvalidGame, UnknownParameter
from negotiation.truces.estimation import theory_record as module
from negotiation.truces.estimation.priors import Prior
from negotiation.truces.estimation.seen_moves import SeenMove, SeenSpell
from negotiation.truces.estimation.theory_record import PACE_PRIORS, LevelMove, theory_record
from tests.us_china import SCENARIO

UNTIL, SINCE = date(2025, 12, 1), date(2025, 1, 1)
DAY = timedelta(days=1)


def tariffs(theory="each for itself", **options):
    return theory_record(SCENARIO, theory, until=UNTIL, since=SINCE, instruments=["tariff"], **options)


@pytest.fixture(scope="module")
def record():
    return tariffs()


def test_moves_of_other_instruments_are_no_observations(record):
    assert record.observations == (
        "2025-05-12 USA tariff geneva", "2025-05-12 CHN tariff geneva", "2025-10-30 quiet since",
        "2025-10-30 USA tariff busan", "2025-12-01 quiet since",
    )  # fmt: skip
    # Five levels of one tariff and three of the other: four and two to go to, wherever both stand.
    ladders = [len(labels) for labels in record.openings[0][0].ladders.values()]
    assert ladders == [5, 3]
    (first, counts), (second, later) = record.waits_and_choices
    assert counts == (6, 6, 6)
    assert later == (6, 6)
    np.testing.assert_allclose(first, [0.0, 0.0, 171 / 365])
    np.testing.assert_allclose(second, [0.0, 32 / 365])
    assert [[m[1:] for m in spell.moves] for spell in record.seen] == [
        [("USA", "tariff", "geneva", False), ("CHN", "tariff", "geneva", False)],
        [("USA", "tariff", "busan", False)],
    ]
    assert [spell.years for spell in record.seen] == pytest.approx([171 / 365, 32 / 365])


def test_priors_are_the_pace_the_precision_and_what_payoffs_read(record):
    names = [prior.name for prior in record.priors]
    assert names[:3] == ["pace.move_rate", "pace.adjustment", "logit.precision"]
    assert names[3:] == sorted(names[3:])
    plain = SCENARIO.stage_game(instruments=["tariff"]).payoffs
    moved = set()
    for name, quantity in SCENARIO.quantities.items():
        for value in (quantity.low, quantity.high):
            world = SCENARIO.with_parameters({name: value})
            other = world.stage_game(instruments=["tariff"]).payoffs
            if (other != plain).any() or world.discount_factor != SCENARIO.discount_factor:
                moved.add(name)
    assert {"discount_factor_annual", "reaction_lag_days", "USA.gdp"} <= moved <= set(names)
    rest = set(names[3:]) - moved  # of what levels of tariffs may read, and who weighs security
    assert all(name.startswith("tariff.") or name == "security_weight" for name in rest)
    for prior in record.priors[3:]:
        quantity = SCENARIO.quantities[prior.name]
        assert (prior.low, prior.high, prior.scale) == (quantity.low, quantity.high, "linear")
        assert prior.low < prior.high
    precision, own = SCENARIO.quantities["logit.precision"], record.priors[2]
    assert (own.low, own.high, own.scale) == (precision.low, precision.high, "log")
    assert own.source == (precision.source or "assumption")


def test_given_priors_take_places_and_a_choice_keeps_the_order():
    given = Prior("USA.gdp", 1.0, 2.0, "log", "mine")
    chosen = tariffs(
        parameters=["USA.gdp", "pace.adjustment"], priors=[given, Prior("logit.precision", 1.0, 9.0)]
    )
    assert chosen.priors == (PACE_PRIORS[1], given)
    for asked in (
        {"parameters": ["chip_control.gain"]}, {"priors": [Prior("chip_control.gain", 0.0, 1.0)]},
        {"parameters": ["USA.gdp", "nothing"]},
    ):  # fmt: skip
        with pytest.raises(UnknownParameter, match=r"chip_control\.gain|nothing"):
            tariffs(**asked).priors  # noqa: B018 - it is asked for


def test_games_are_of_the_core_unless_something_else_is_asked():
    for asked, size, names in (
        ({}, "core", None), ({"size": "small"}, "small", None), ({"instruments": ["visa"]}, None, ("visa",)),
        ({"size": "small", "instruments": ["visa"]}, "small", ("visa",)),
    ):  # fmt: skip
        found = theory_record(SCENARIO, "moment", until=UNTIL, **asked)
        assert (found.size, found.instruments, found.name) == (size, names, "moment")


def test_without_an_agreement_there_is_nothing_to_explain():
    with pytest.raises(InvalidGame, match=r"no agreement was signed before 2000-01-01$"):
        theory_record(SCENARIO, "moment", until=date(2000, 1, 1))
    with pytest.raises(InvalidGame, match=r"before 2025-05-12 since 2025-05-01$"):
        theory_record(SCENARIO, "moment", until=date(2025, 5, 12), since=date(2025, 5, 1))


def made_up(record, *moves):
    """Return the record of Geneva alone with other moves, by days after the signing."""
    geneva = record.spells[0]
    rows = tuple(LevelMove(geneva.begins + d * DAY, f"m{d}", c, n, level) for d, c, n, level in moves)
    return replace(record, spells=(replace(geneva, moves=rows),))


MOVES = (
    (0, "USA", "tariff", "geneva"), (0, "USA", "visa", "revocations"), (3, "USA", "tariff", "threatened"),
    (3, "CHN", "tariff", "geneva"), (40, "CHN", "chip_control", "x"), (100, "USA", "tariff", "busan"),
)  # fmt: skip


def test_waits_run_from_move_to_move_and_levels_after_signing_are_those_of_its_day(record):
    there = made_up(record, *(m for m in MOVES if m[2] != "chip_control"))
    ((waits, _),) = there.waits_and_choices
    np.testing.assert_allclose(np.array(waits) * 365, [0, 3, 0, 97, 71], atol=1e-9)
    (seen,) = there.seen
    np.testing.assert_allclose([m.at * 365 for m in seen.moves], [0, 3, 3, 100], atol=1e-9)
    assert [m[1:] for m in seen.moves] == [
        ("USA", "tariff", "geneva", False), ("USA", "tariff", "threatened", True),
        ("CHN", "tariff", "geneva", False), ("USA", "tariff", "busan", False),
    ]  # fmt: skip
    (signed,) = there.signed_levels
    opening = there.spells[0].opening
    assert signed["USA"]["tariff"] == "geneva"
    assert signed["USA"]["visa"] == "revocations"
    assert signed["CHN"] == opening["CHN"]  # three days later is not the day of signing
    assert there.spells[0].opening["USA"]["tariff"] == "peak"


def test_the_same_level_by_another_name_is_no_move(record):
    """A level that is not in the game stands at the harshest there that is calmer."""
    small = theory_record(SCENARIO, "each for itself", until=UNTIL, since=SINCE, size="small")
    game = small.openings[0][0]
    inside = game.ladders["USA", "chip_control"]
    between = [x.label for x in SCENARIO.levels("USA", "chip_control") if x.label not in inside]
    assert between
    there = made_up(small, (1, "USA", "chip_control", between[-1]), (2, "USA", "tariff", "geneva"))
    told = there.spells[0].opening["USA"]["chip_control"]
    position = SCENARIO.instruments["chip_control"].position
    stands = [
        max((position("USA", x) for x in inside if position("USA", x) <= position("USA", at)), default=0)
        for at in (told, between[-1])
    ]
    assert len(there.seen[0].moves) == 1 + (stands[0] != stands[1])


def test_drawn_moves_fall_on_days_and_keep_their_moments(record):
    geneva, busan = record.spells
    drawn = (
        SeenSpell(171 / 365, (
            SeenMove(0.5 / 365, "USA", "tariff", "geneva", False),
            SeenMove(3 / 365, "CHN", "tariff", "geneva", False),  # a whole day, which rounding must not lose
            SeenMove(29.99 / 365, "USA", "tariff", "busan", False),
        )),
        SeenSpell(32 / 365, ()),
    )  # fmt: skip
    there = record.of(drawn)
    assert [(m.day - geneva.begins).days for m in there.spells[0].moves] == [0, 3, 29]
    assert [m.id for m in there.spells[0].moves] == ["drawn 0", "drawn 1", "drawn 2"]
    assert there.spells[1].moves == ()
    assert (there.spells[1].begins, there.spells[1].ends) == (busan.begins, busan.ends)
    np.testing.assert_allclose(np.array(there.waits[0]) * 365, [0.5, 2.5, 26.99, 141.01])
    np.testing.assert_allclose(np.array(there.waits[1]) * 365, [32.0])
    assert [w for w, _ in there.waits_and_choices] == list(there.waits)
    assert [s.moves for s in there.seen] == [
        tuple(m._replace(at=pytest.approx(m.at)) for m in one.moves) for one in drawn
    ]
    assert module._whole_days(0.0) == 0
    assert [module._whole_days(k / 365) for k in range(400)] == list(range(400))


def test_densities_of_all_spells_stand_one_after_the_other():
    record = tariffs("custom in kind", parameters=["pace.move_rate"])
    rows = np.array([[5.0], [50.0]])
    found = record.log_densities(rows)
    assert found.shape == (2, len(record.observations))
    alone = [replace(record, spells=(spell,)).log_densities(rows) for spell in record.spells]
    np.testing.assert_allclose(found, np.hstack(alone))
    assert [one.log_densities(rows).shape for one in [record.of(record.seen)]] == [found.shape]


def test_each_spell_opens_with_its_own_game_and_levels(record):
    for (game, opening), spell in zip(record.openings, record.spells, strict=True):
        assert game.agreement == spell.agreement.id
        assert opening is spell.opening
    first, second = record.openings
    assert first[1]["USA"]["tariff"] != second[1]["USA"]["tariff"]

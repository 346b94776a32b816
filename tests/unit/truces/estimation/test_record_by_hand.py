"""A theory's record of tariffs alone, or of made-up spells: its priors, waits, levels and games by hand."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidGame, UnknownParameter
from negotiation.truces.estimation import theory_record as module
from negotiation.truces.estimation.priors import Prior
from negotiation.truces.estimation.seen_moves import SeenMove, SeenSpell
from negotiation.truces.estimation.spells import LevelMove
from negotiation.truces.estimation.theory_record import PACE_PRIORS, TheoryRecord, theory_record

SCENARIO = ng.load_scenario("us-china-2025")
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


def test_the_pace_is_from_once_a_year_to_twice_a_week_and_a_move_costs_at_most_a_hundredth():
    assert [(p.name, p.low, p.high, p.scale) for p in PACE_PRIORS] == [
        ("pace.move_rate", 1.0, 104.0, "log"), ("pace.adjustment", 0.0, 0.01, "linear"),
    ]  # fmt: skip
    assert all(p.source.startswith("assumption: ") for p in PACE_PRIORS)


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


@pytest.mark.parametrize(
    ("asked", "size", "names"),
    [
        ({}, "core", None), ({"size": "small"}, "small", None), ({"instruments": ["visa"]}, None, ("visa",)),
        ({"size": "small", "instruments": ["visa"]}, "small", ("visa",)),
    ],
)  # fmt: skip
def test_games_are_of_the_core_unless_something_else_is_asked(asked, size, names):
    found = theory_record(SCENARIO, "moment", until=UNTIL, **asked)
    assert (found.size, found.instruments, found.theory, found.name) == (size, names, "moment", "moment")
    assert (found.parameters, found.given, found.waits) == (None, (), None)
    chosen = theory_record(SCENARIO, "moment", until=UNTIL, since=SINCE, parameters=iter(["a", "b"]))
    assert chosen.parameters == ("a", "b")


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


def test_games_are_played_at_the_rows_numbers_in_the_state_of_their_signing(record, monkeypatch):
    chosen = tariffs(parameters=["pace.move_rate", "logit.precision", "tariff.horizon"])
    assert [p.name for p in chosen.priors] == ["pace.move_rate", "logit.precision", "tariff.horizon"]
    asked = []
    adjusted = tariffs(parameters=["pace.adjustment"])
    assert adjusted.priors == (PACE_PRIORS[1],)

    def game(_, spell, world, pace):
        asked.append((spell, world.parameters, pace))
        return "game"

    monkeypatch.setattr(type(chosen), "_game", game)
    horizon = 1.25 * SCENARIO.parameters["tariff.horizon"]
    assert chosen.games_at(np.array([7.0, 33.0, horizon])) == ("game", "game")
    assert [one[0] for one in asked] == list(chosen.spells)
    for _, parameters, pace in asked:
        assert parameters["tariff.horizon"] == pytest.approx(horizon)
        assert (pace.precision, pace.move_rate, pace.adjustment, pace.reach) == (33.0, 7.0, 0.0, "any")
    asked.clear()
    adjusted.games_at(np.array([0.004]))
    pace = asked[0][2]
    assert (pace.precision, pace.move_rate, pace.adjustment) == (
        SCENARIO.parameters["logit.precision"], None, 0.004,
    )  # fmt: skip


def test_each_agreement_is_asked_in_the_state_of_its_own_day(record):
    states = record._states
    assert list(states) == [spell.agreement.id for spell in record.spells]
    for spell in record.spells:
        assert states[spell.agreement.id] == module.state_of_the_day(spell.agreement, SCENARIO).likely


def test_makers_of_games_are_given_what_was_asked_and_the_state_of_the_central_numbers(monkeypatch):
    made = []
    states = {spell.agreement.id: f"state of {spell.agreement.id}" for spell in tariffs().spells}

    def day(agreement, scenario):
        assert scenario is SCENARIO
        return SimpleNamespace(likely=states[agreement.id])

    monkeypatch.setattr(module, "state_of_the_day", day)
    monkeypatch.setattr(module, "GamesOfTheory", lambda *given: made.append(given) or len(made))
    for asked, size, names in (
        ({"size": "small"}, "small", None),
        ({"instruments": ["visa"]}, None, ("visa",)),
    ):
        made.clear()
        there = theory_record(SCENARIO, "moment", until=UNTIL, since=SINCE, **asked)
        assert there._makers == {spell.agreement.id: k + 1 for k, spell in enumerate(there.spells)}
        for (agreement, theory, scenario, given), spell in zip(made, there.spells, strict=True):
            assert (agreement, theory, scenario) == (spell.agreement, "moment", SCENARIO)
            assert (given.size, given.instruments, given.state) == (size, names, states[agreement.id])


def test_densities_of_all_spells_stand_one_after_the_other():
    record = tariffs("custom in kind", parameters=["pace.move_rate"])
    rows = np.array([[5.0], [50.0]])
    found = record.log_densities(rows)
    assert found.shape == (2, len(record.observations))
    alone = [replace(record, spells=(spell,)).log_densities(rows) for spell in record.spells]
    np.testing.assert_allclose(found, np.hstack(alone))
    assert [one.log_densities(rows).shape for one in [record.of(record.seen)]] == [found.shape]


def test_moves_are_drawn_from_each_spells_own_game_for_as_long_as_it_lasted(record, monkeypatch):
    monkeypatch.setattr(type(record), "games_at", lambda _, row: (f"first at {row}", f"second at {row}"))
    monkeypatch.setattr(module, "drawn_spell", lambda *given: given)
    first, second = record.spells
    assert record.drawn(7, "lots") == (
        ("first at 7", first.opening, pytest.approx(171 / 365), "lots"),
        ("second at 7", second.opening, pytest.approx(32 / 365), "lots"),
    )


def test_each_spell_opens_with_its_own_game_and_levels(record):
    for (game, opening), spell in zip(record.openings, record.spells, strict=True):
        assert game.agreement == spell.agreement.id
        assert opening is spell.opening
    first, second = record.openings
    assert first[1]["USA"]["tariff"] != second[1]["USA"]["tariff"]


def test_levels_stand_where_each_move_left_them(record):
    spell = made_up(record, *MOVES[:4]).spells[0]
    levels = module._levels(spell, spell.moves)
    assert [one["USA"]["tariff"] for one in levels] == [
        "peak",
        "geneva",
        "geneva",
        "threatened",
        "threatened",
    ]
    assert [one["CHN"]["tariff"] for one in levels][-2:] == [spell.opening["CHN"]["tariff"], "geneva"]


def test_a_record_made_directly_is_of_the_core_and_of_all_there_is_to_estimate():
    there = TheoryRecord(SCENARIO, "moment", ())
    told = there.size, there.instruments, there.parameters, there.given, there.waits
    assert told == ("core", None, None, (), None)
    # Of no agreement: the pace, the precision and what every payoff reads.
    names = [prior.name for prior in there.priors]
    assert names[:3] == ["pace.move_rate", "pace.adjustment", "logit.precision"]
    assert "security_weight" in names


def test_a_game_has_the_pace_of_the_calibration_unless_another_is_given(monkeypatch):
    there, asked = TheoryRecord(SCENARIO, "moment", ()), []
    monkeypatch.setattr(TheoryRecord, "_game", lambda _, *given: asked.append(given) or "game")
    world = SCENARIO.with_parameters({"logit.precision": 17.0})
    assert there.game_of("spell", world) == "game"
    assert there.game_of("spell", world, 9.0, 0.25) == "game"
    for (spell, there_world, pace), told in zip(asked, ((None, 0.0), (9.0, 0.25)), strict=True):
        assert (spell, there_world) == ("spell", world)
        assert (pace.precision, pace.move_rate, pace.adjustment, pace.reach) == (17.0, *told, "any")


def test_states_of_all_phases_are_asked_with_the_waits_and_the_play_of_their_spell(monkeypatch):
    """Two games of three and two phases, which stand one after another, each with all levels."""
    games = [
        SimpleNamespace(
            game=SimpleNamespace(n_states=count), phases=phases,
            response=SimpleNamespace(choice_probabilities=f"play of {count}"),
        )
        for count, phases in ((12, ("a", "b", "c")), (10, ("a", "b")))
    ]  # fmt: skip
    asked, there = [], TheoryRecord(SCENARIO, "moment", (), waits=((0.5, 0.25), (0.125,)))
    there.__dict__["_standing"] = (np.array([1, 3]), np.array([4]))

    def moves(game, choices, places, waits):
        asked.append((game.n_states, choices, [one.tolist() for one in places], waits))
        return np.full(len(waits), float(game.n_states))

    monkeypatch.setattr(TheoryRecord, "games_at", lambda *_: tuple(games))
    monkeypatch.setattr(module, "log_densities_of_moves", moves)
    assert there.log_densities(np.zeros((1, 1))).tolist() == [[12.0, 12.0, 10.0]]
    assert asked == [
        (12, "play of 12", [[1, 5, 9], [3, 7, 11]], (0.5, 0.25)), (10, "play of 10", [[4, 9]], (0.125,)),
    ]  # fmt: skip


def test_what_any_of_the_games_reads_has_a_prior():
    first, second = ({"visa"}, {"tariff", "chip_control"})
    aims = [{(country, name): 0 for country in ("USA", "CHN") for name in names} for names in (first, second)]
    one, other, both = (TheoryRecord(SCENARIO, "moment", ()) for _ in range(3))
    rules = [SimpleNamespace(rule=SimpleNamespace(aims=one)) for one in aims]
    one.__dict__["_games"], other.__dict__["_games"] = (rules[0],), (rules[1],)
    both.__dict__["_games"] = tuple(rules)
    names = [{prior.name for prior in there.priors} for there in (one, other, both)]
    assert names[2] == names[0] | names[1]
    assert names[0] - names[1]
    assert names[1] - names[0]
    assert [p.name for p in both.priors][3:] == sorted(p.name for p in both.priors[3:])


def test_what_is_known_for_sure_has_no_prior():
    ranges = {
        "security_weight": (1.0, 1.0), "discount_factor_annual": (0.8, 0.9), "logit.precision": (2.0, 50.0),
        "elsewhere": (0.0, 1.0),
    }  # fmt: skip
    numbers = {name: SimpleNamespace(low=a, high=b, source="") for name, (a, b) in ranges.items()}
    there = TheoryRecord(SimpleNamespace(quantities=numbers), "moment", ())
    assert there.priors == (
        *PACE_PRIORS, Prior("logit.precision", 2.0, 50.0, "log", "assumption"),
        Prior("discount_factor_annual", 0.8, 0.9, "linear", "assumption"),
    )  # fmt: skip

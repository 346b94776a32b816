"""A theory in continuous time: chances of phases, breaches, states and settings, worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.linalg import expm

import negotiation as ng
from negotiation.disputes import QuietTimes, State
from negotiation.disputes.continuous.game import Pace
from negotiation.errors import UnknownState
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.theories.common.theory_game import Asked, GamesOfTheory, theory_game
from tests.small_dispute import DEAL, write
from tests.us_china import SCENARIO

BUSAN, GENEVA = ng.truce("2025-10-busan"), ng.truce("2025-05-geneva")
NAMES = ("chip_control", "rare_earth_curb")
CHIPS = ("USA", "chip_control", "licensed_for_fee", "h20_stopped")
CURB = ("CHN", "rare_earth_curb", "general_licences", "october_package")
BACK = (*CHIPS[:2], *CHIPS[:1:-1])
LAG = SCENARIO.parameters["reaction_lag_days"]


@pytest.fixture(scope="module")
def game():
    return BUSAN.continuous_game("shadow linkage", instruments=NAMES)


@pytest.fixture(scope="module")
def moment():
    return BUSAN.continuous_game("moment", instruments=["entity_list"])


def going(found, years, barred=()):
    """The chances to go between phases in some years, in which some are known not to have come."""
    rates = np.array(found.rule.rates, dtype=float)
    for phase in barred:
        rates[:, found.phases.index(phase)] = 0.0
    np.fill_diagonal(rates, 0.0)
    return expm((rates - np.diag(rates.sum(axis=1))) * years)


def after_move(found, move):
    """Which phase each phase goes to by a move."""
    return [found.phases.index(found.phase_after([move], phase)) for phase in found.phases]


@pytest.mark.parametrize("barred", [(), ("ended",), ("no such phase",)])
def test_chances_of_phases_go_on_between_moves_and_jump_with_them(game, barred):
    known = [phase for phase in barred if phase in game.phases]
    chances = np.eye(len(game.phases))[0] @ going(game, 0.25, known)
    for move, wait in ((CHIPS, 0.5), (BACK, 0.0), (CURB, 0.125)):
        moved = np.zeros_like(chances)
        for phase, goal in enumerate(after_move(game, move)):
            moved[goal] += chances[phase]
        chances = moved @ going(game, wait, known)
    moves = [(0.25, *CHIPS), (0.5, "CHN", "visa", "open", "shut"), (0.75, *BACK), (0.75, *CURB)]
    found = game.phase_chances(moves, 0.875, barred=barred)
    expected = {p: x for p, x in zip(game.phases, chances / chances.sum(), strict=True) if x > 1e-15}
    assert {p: x for p, x in found.items() if x > 1e-15} == pytest.approx(expected, abs=1e-12)
    assert sum(found.values()) == pytest.approx(1.0)
    assert all(found.values())
    assert game.phase_chances([], 0.0) == {"kept": 1.0}


def test_moves_are_followed_in_their_order_from_the_phase_that_is_given(game):
    assert game.phase_after([CHIPS]) == "answer USA"
    assert game.phase_after([CURB]) == "answer CHN"
    both = game.phase_after([CHIPS, CURB])
    assert both == game.phase_after([CURB], "answer USA") != game.phase_after([CURB, CHIPS])
    assert game.phase_after([CURB, CHIPS]) == game.phase_after([CHIPS], "answer CHN")
    assert game.phase_after([], "ended") == "ended" == game.phase_after([CHIPS, CURB], "ended")
    assert game.phase_after([BACK]) == "kept"
    with pytest.raises(UnknownState):
        game.phase_after([CHIPS], "at peace")


def test_each_state_is_of_its_levels_its_phase_and_its_world(game):
    assert game.start == game.state_of(game.kept) == game.state_of(game.kept, "kept")
    every = set()
    for phase in game.phases:
        for one in game.ladders["USA", "chip_control"]:
            for other in game.ladders["CHN", "rare_earth_curb"]:
                levels = game.kept.after("USA", {"chip_control": one}).after(
                    "CHN", {"rare_earth_curb": other}
                )
                label = game.state_of(levels, phase)
                assert phase in label
                assert one in label
                assert other in label
                every.add(label)
    assert every == set(game.game.states)
    for pair, levels in game.ladders.items():
        assert levels == SCENARIO.instrument(*pair).labels(pair[0])
    asked = BUSAN.continuous_game("moment", instruments=["entity_list"], moving=["authority"])
    lost = asked.state_of(asked.kept, "over", State(authority=0, stocks=state_of_day().stocks))
    assert "L0" in lost
    assert "over" in lost
    assert "L1" in asked.start


def state_of_day(text=BUSAN):
    return state_of_the_day(text, SCENARIO).likely


def test_without_a_state_it_is_that_of_the_day_of_signing():
    for text in (BUSAN, GENEVA):
        mine = text.continuous_game("each for itself", instruments=NAMES)
        same = text.continuous_game("each for itself", instruments=NAMES, state=state_of_day(text))
        assert mine.game.flows.tolist() == same.game.flows.tolist()
    other = GENEVA.continuous_game(
        "each for itself", instruments=NAMES, state=State(stocks=0, curb_dependence=0)
    )
    assert other.game.flows.tolist() != mine.game.flows.tolist()


def test_terms_end_at_the_rate_of_the_text_or_never_and_custom_has_none():
    for text, name in ((BUSAN, "moment"), (GENEVA, "renegotiation")):
        found = text.continuous_game(name, instruments=["tariff"])
        rate = found.rule.rates[0, found.phases.index("ended")]
        # As many whole periods as the term has, and the chance that it is not renewed.
        periods = round(text.clock_days / LAG)
        assert rate == pytest.approx((1 - SCENARIO.renewal) / periods * 365 / LAG, rel=0.02)
        assert "ended" not in text.continuous_game(name, instruments=["tariff"], clock="none").phases
    custom = BUSAN.continuous_game("custom in kind", instruments=NAMES)
    assert not [phase for phase in custom.phases if "ended" in phase]


def test_answers_end_at_so_many_periods_a_year():
    slow = SCENARIO.with_parameters({"reaction_lag_days": 2 * LAG})
    # At equal patience of a period the lottery is the same, and comes half as often.
    patient = slow.with_parameters(
        {"discount_factor_annual": SCENARIO.parameters["discount_factor_annual"] ** 0.5}
    )
    mine, theirs = (
        BUSAN.continuous_game("renegotiation", one, instruments=NAMES, clock="none", state=State())
        for one in (SCENARIO, patient)
    )
    assert mine.phases == theirs.phases
    assert np.asarray(theirs.rule.rates) == pytest.approx(np.asarray(mine.rule.rates) / 2, rel=1e-6)
    assert np.asarray(mine.rule.rates).max() > 0


def test_a_breach_is_counted_by_instrument_from_where_it_starts(game):
    years = [0.05, 0.5]
    found = game.breaches(years)
    assert found.events == ("USA chip_control breach", "CHN rare_earth_curb breach")
    assert (np.diff(found.probabilities, axis=-1) > 0).all()
    ended = game.breaches(years, start=game.state_of(game.kept, "ended"))
    assert ended.probabilities == pytest.approx(0.0)
    rates = game.intensities(game.start)
    soon = game.breaches(1e-5)
    for event in ("USA chip_control", "CHN rare_earth_curb"):
        rate = rates[f"{event} escalate"]
        assert soon.probability(f"{event} breach", 1e-5) == pytest.approx(1e-5 * rate, rel=0.01)


def test_the_game_to_be_solved_pays_for_the_number_of_options_and_else_is_the_same(moment):
    mine, theirs = moment.game, moment.markov_game
    assert theirs.states == mine.states
    assert theirs.flows.tolist() == mine.flows.tolist()
    precision = SCENARIO.parameters["logit.precision"]
    for one, other in zip(mine.options, theirs.options, strict=True):
        assert other.targets.tolist() == one.targets.tolist()
        for s in range(mine.n_states):
            count = len(one.targets[one.row(s)])
            less = one.payoffs[one.row(s)] - other.payoffs[other.row(s)]
            assert less == pytest.approx(np.log(count) / precision)


def test_a_game_at_another_setting_is_the_one_that_is_made_there():
    asked = Asked(instruments=NAMES, state=State(stocks=1), breach_cost=0.1)
    first = GamesOfTheory(BUSAN, "renegotiation", SCENARIO, asked)
    pace = Pace(5.0, 12.0, 0.001, "adjacent", False)
    world = SCENARIO.with_parameters(
        {"reaction_lag_days": 21.0, "rare_earth_curb.harm": 0.7, "discount_factor_annual": 0.85}
    )
    for one in (world, SCENARIO, world):
        mine, fresh = first.at(one, pace), theory_game(BUSAN, "renegotiation", one, asked, pace)
        assert mine.game.flows.tolist() == fresh.game.flows.tolist()
        assert mine.response.values == pytest.approx(fresh.response.values)
        assert mine.rule.labels == fresh.rule.labels
        assert np.asarray(mine.rule.rates).tolist() == np.asarray(fresh.rule.rates).tolist()
        assert mine.certified == fresh.certified
        assert mine.intensities(mine.start) == pytest.approx(fresh.intensities(fresh.start))
    # Without a state of its own it moves with the parameters, and is made anew.
    loose = GamesOfTheory(BUSAN, "renegotiation", SCENARIO, Asked(instruments=NAMES))
    assert first._fits(world)
    assert not loose._fits(world)
    assert not first._fits(SCENARIO.without("visa"))
    fast = SCENARIO.with_parameters({"state.stock_days": 2.0, "state.fill_days": 2.0})
    mine = loose.at(fast, pace)
    fresh = theory_game(BUSAN, "renegotiation", fast, Asked(instruments=NAMES), pace)
    assert mine.game.flows.tolist() == fresh.game.flows.tolist()


def test_the_pace_is_that_which_is_asked_for():
    options = {"instruments": ["entity_list"], "clock": "none"}
    slow = BUSAN.continuous_game("moment", move_rate=3.0, precision=0.0001, **options)
    # One who hardly minds takes each option as often: here to move, or to stay.
    assert slow.intensities(slow.start)["USA entity_list escalate"] == pytest.approx(1.5, rel=1e-3)
    dear = BUSAN.continuous_game("moment", move_rate=3.0, precision=30.0, adjustment=0.5, **options)
    cheap = BUSAN.continuous_game("moment", move_rate=3.0, precision=30.0, **options)
    event = "USA entity_list escalate"
    assert dear.intensities(dear.start)[event] < 0.01 * cheap.intensities(cheap.start)[event]
    quiet = BUSAN.continuous_game("moment", quiet=QuietTimes(0.25, 2.0, 3.0), **options)
    assert len(quiet.phases) == 4
    assert quiet.rule.speeds.tolist() == [1.0, 0.25] * 2


@pytest.mark.parametrize("name", ["each for itself", "shadow linkage"])
def test_what_is_aimed_at_are_levels_that_are_in_the_game(name):
    levels = {("CHN", "rare_earth_curb"): ("licences_flow", "april_licensing")}
    found = theory_game(BUSAN, name, SCENARIO, Asked(instruments=NAMES, levels=levels), Pace())
    ladder = found.ladders["CHN", "rare_earth_curb"]
    assert ladder == ("licences_flow", "general_licences", "april_licensing")
    assert set(found.rule.aims["CHN", "rare_earth_curb"]) <= set(ladder)
    # In the game of all levels the harshest one answers.
    if name == "shadow linkage":
        every = BUSAN.continuous_game(name, instruments=NAMES)
        assert "october_package" in every.rule.aims["CHN", "rare_earth_curb"]


def test_a_breach_comes_before_the_end_of_the_term_or_never(moment):
    """From where all is kept one move breaks it, and one event ends it: two rates."""
    years, ends = np.array([0.1, 1.0, 8.0]), float(moment.rule.rates[0, 2])
    rate = moment.intensities(moment.start)["USA entity_list escalate"]
    expected = rate / (rate + ends) * -np.expm1(-(rate + ends) * years)
    assert moment.breaches(years).probabilities[0] == pytest.approx(expected, abs=1e-12)
    assert expected[-1] < 1.0
    over = moment.state_of(moment.kept, "over")
    assert moment.breaches(years, start=over).probabilities == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("agencies", "makers"),
    [
        (True, [("USA white_house", "USA"), ("USA commerce", "USA"), ("CHN", "CHN")]),
        (False, [("USA", "USA"), ("CHN", "CHN")]),
    ],
)
def test_breaches_are_told_by_instrument_whoever_decides(agencies, makers):
    found = BUSAN.continuous_game(
        "moment", instruments=["entity_list", "tariff"], agencies=agencies, clock="none"
    )
    assert [(maker.label, maker.player) for maker in found.game.makers] == makers
    soon, rates = found.breaches(1e-6), found.intensities(found.start)
    assert set(soon.events) == {"USA tariff breach", "USA entity_list breach", "CHN tariff breach"}
    chances = dict(zip(soon.events, np.ravel(soon.probabilities), strict=True))
    assert len(set(chances.values())) == 3
    for event, chance in chances.items():
        assert chance == pytest.approx(1e-6 * rates[event.replace("breach", "escalate")], rel=1e-3)


def test_where_the_law_of_a_kept_level_may_go_the_level_is_in_the_game_while_it_is_lawful():
    found = BUSAN.continuous_game("moment", instruments=["tariff"], moving=["authority"], clock="none")
    by_law = {1: set(), 0: set()}
    for label in found.game.states:
        levels, world, _ = label.split(" | ")
        by_law[int("L1" in world)].add(levels.split(";")[0].removeprefix("USA: tariff="))
    for authority, levels in by_law.items():
        state = replace(state_of_day(), authority=authority)
        assert levels == {one.label for one in SCENARIO.levels("USA", "tariff", state)}
    assert found.kept["USA"]["tariff"] in by_law[1] - by_law[0]


def test_a_dispute_without_a_core_is_asked_with_all_its_instruments(tmp_path):
    world = ng.load_scenario(write(tmp_path))
    deal = ng.truce(world.folder / DEAL)
    bare = replace(world, definition=world.definition.model_copy(update={"sizes": {}}))
    asked = Asked()
    for one, size in ((world, "core"), (bare, "full")):
        games = GamesOfTheory(deal, "each for itself", one, asked)
        assert games._about.size == size
        assert set(games.at(one, Pace()).ladders) == {
            ("AAA", "tariff"), ("BBB", "tariff"), ("BBB", "export_stop"),
        }  # fmt: skip

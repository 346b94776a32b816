import pytest

from negotiation.disputes import State, load_scenario
from negotiation.disputes.files.folder import scenario_folder
from negotiation.disputes.posture import posture_from_label
from negotiation.errors import InvalidFile, InvalidGame, UnknownCountry, UnknownInstrument, UnknownLevel
from tests.several_countries import folder_values
from tests.us_china import SCENARIO

LOST = State(authority=0)


@pytest.mark.parametrize(("size", "counts"), [("small", (4, 4)), ("core", (50, 24)), ("full", (240, 576))])
def test_sizes(size, counts):
    assert SCENARIO.stage_game(size).n_actions == counts


def test_the_small_game_is_the_default():
    assert SCENARIO.stage_game() == SCENARIO.stage_game(size="small")
    assert SCENARIO.stage_game().actions == (
        (
            "tariff=geneva chip_control=licensed",
            "tariff=geneva chip_control=h20_stopped",
            "tariff=peak chip_control=licensed",
            "tariff=peak chip_control=h20_stopped",
        ),
        (
            "tariff=geneva rare_earth_curb=licences_flow",
            "tariff=geneva rare_earth_curb=october_package",
            "tariff=peak rare_earth_curb=licences_flow",
            "tariff=peak rare_earth_curb=october_package",
        ),
    )
    assert SCENARIO.stage_game().players == ("USA", "CHN")


def test_instruments_by_name():
    game = SCENARIO.stage_game(instruments=["purchases", "visa", "port_fee"])
    assert game.n_actions == (4, 4)
    assert game.actions[0][-1] == "port_fee=usd_50 visa=revocations"
    assert game.actions[1][-1] == "port_fee=rmb_400 purchases=boycott"


def test_a_country_without_an_instrument_holds():
    game = SCENARIO.stage_game(instruments=["purchases"])
    assert game.actions == (("hold",), ("purchases=buys", "purchases=boycott"))


def test_order_and_repetition_of_names_do_not_matter():
    names = ["rare_earth_curb", "chip_control"]
    game = SCENARIO.stage_game(instruments=names)
    assert game == SCENARIO.stage_game(instruments=tuple(reversed(names)))
    assert game == SCENARIO.stage_game(instruments=iter([*names, *names]))
    assert SCENARIO.stage_game(instruments="visa") == SCENARIO.stage_game(instruments=["visa"])


def test_chosen_levels():
    levels = {("USA", "tariff"): ["peak", "january"]}
    game = SCENARIO.stage_game(instruments=["tariff"], levels=levels)
    assert game.actions[0] == ("tariff=peak", "tariff=january")
    assert game.n_actions == (2, 3)
    whole = SCENARIO.stage_game(instruments=["tariff"])
    assert game.payoff(("tariff=peak", "tariff=peak")) == pytest.approx(
        whole.payoff(("tariff=peak", "tariff=peak"))
    )


def test_chosen_levels_join_the_small_game():
    levels = {("CHN", "purchases"): ["buys", "boycott"], ("USA", "tariff"): ["busan"]}
    game = SCENARIO.stage_game("small", levels=levels)
    assert game.n_actions == (2, 8)
    assert game.actions[0][0] == "tariff=busan chip_control=licensed"


@pytest.mark.parametrize(("size", "counts"), [("small", (2, 4)), ("core", (10, 24)), ("full", (48, 576))])
def test_emergency_tariffs_go_with_their_authority(size, counts):
    game = SCENARIO.stage_game(size, state=LOST)
    assert game.n_actions == counts
    assert {action.split(" ")[0] for action in game.actions[0]} == {"tariff=january"}
    assert {action.split(" ")[0] for action in game.actions[1]} >= {"tariff=geneva", "tariff=peak"}


def test_payoffs_without_authority_are_those_of_the_january_rows():
    lost, lawful = (SCENARIO.stage_game("core", state=State(authority=k)) for k in (0, 1))
    rows = [lawful.action_index(0, action) for action in lost.actions[0]]
    assert lost.payoffs == pytest.approx(lawful.payoffs[rows])


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"size": "tiny"}, InvalidGame, "no size 'tiny'; allowed: small, core, history, full"),
        ({"size": "core", "instruments": ["visa"]}, InvalidGame, "not both"),
        ({"instruments": []}, InvalidGame, "at least one instrument; known: tariff"),
        ({"instruments": ["visas"]}, UnknownInstrument, "did you mean 'visa'"),
        ({"levels": {("USA", "tariff"): ["peek"]}}, UnknownLevel, "did you mean 'peak'"),
        ({"levels": {("USA", "tariffs"): ["peak"]}}, UnknownInstrument, "did you mean 'tariff'"),
        ({"levels": {("USA", "purchases"): ["buys"]}}, UnknownInstrument, "no instrument 'purchases'"),
        ({"levels": {("FRA", "tariff"): ["peak"]}}, UnknownCountry, "no country 'FRA'"),
        ({"levels": {("USA", "tariff"): []}}, InvalidGame, "no level for 'tariff' of USA; allowed: january"),
        ({"levels": {("USA", "tariff"): ["peak", "peak"]}}, InvalidGame, "repeated"),
        (
            {"instruments": ["tariff"], "levels": {("CHN", "purchases"): ["buys"]}},
            InvalidGame,
            "'purchases' of CHN, which is not in the game",
        ),
    ],
)
def test_a_game_that_cannot_be_is_refused(arguments, error, words):
    with pytest.raises(error) as caught:
        SCENARIO.stage_game(**arguments)
    assert words in str(caught.value)


def test_a_size_may_leave_levels_of_its_instruments_out_and_an_argument_brings_them_back():
    def chips(**named):
        labels = SCENARIO.stage_game("core", **named).actions[0]
        return {posture_from_label(label)["chip_control"] for label in labels}

    every = set(SCENARIO.instruments["chip_control"].labels("USA"))
    assert chips() == every - {"licensed_for_fee"}
    brought = ("licensed", "licensed_for_fee")
    assert chips(levels={("USA", "chip_control"): brought}) == set(brought)
    # The game with fewer levels is a part of the game with all of them.
    core, whole = (
        SCENARIO.stage_game(**how)
        for how in ({"size": "core"}, {"instruments": SCENARIO.definition.sizes["core"].instruments})
    )
    kept = [k for k, label in enumerate(whole.actions[0]) if "licensed_for_fee" not in label]
    assert (core.payoffs == whole.payoffs[kept]).all()


@pytest.mark.parametrize(
    ("without", "words"),
    [
        ({"USA": {"chip_controls": ["licensed"]}}, r"sizes\.core\.without\.USA: 'chip_controls' came"),
        ({"USA": {"entity_list": ["listed_only", "affiliates_rule"]}}, "no level for 'entity_list' of USA"),
        ({"USA": {"visa": ["open"]}}, "'visa' of USA, which is not in the game"),
        ({"USA": {"chip_control": ["given_away"]}}, r"sizes\.core: .*given_away"),
    ],
)
def test_levels_left_out_must_be_there_and_not_be_all(without, words):
    values = folder_values(scenario_folder("us-china-2025"))
    values["scenario"]["sizes"]["core"]["without"] = without
    with pytest.raises(InvalidFile, match=words):
        load_scenario(values)

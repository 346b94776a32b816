import pytest

from negotiation.disputes import State
from negotiation.disputes.posture import posture_from_label
from negotiation.errors import InvalidGame, UnknownLevel
from tests.us_china import SCENARIO

LOST = State(authority=0)


@pytest.mark.parametrize(("size", "counts"), [("small", (4, 4)), ("core", (50, 24)), ("full", (240, 576))])
def test_sizes(size, counts):
    assert SCENARIO.stage_game(size).n_actions == counts


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
        ({"size": "tiny"}, InvalidGame, "there is no size 'tiny'; allowed: small, core, history, full"),
        ({"levels": {("USA", "tariff"): ["peek"]}}, UnknownLevel, "did you mean 'peak'"),
        (
            {"instruments": ["tariff"], "levels": {("CHN", "purchases"): ["buys"]}},
            InvalidGame,
            "CHN's 'purchases', but this instrument is not in the game",
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

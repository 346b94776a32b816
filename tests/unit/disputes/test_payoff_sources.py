"""What sources say of payoffs, and the calibration that takes it over."""

import shutil
from collections import Counter
from datetime import date
from math import inf

import numpy as np
import pytest

from negotiation.disputes import load_scenario
from negotiation.disputes.files.folder import read_folder, scenario_folder
from negotiation.disputes.loading import folder_faults
from negotiation.disputes.parameter_draws import sobol_draws
from negotiation.errors import InvalidGame, UnknownParameter

NAME, FILE = "us-china-2025", "payoff_sources.csv"
CENTRAL, SOURCED = load_scenario(NAME, "central"), load_scenario(NAME)
ROWS = read_folder(scenario_folder(NAME)).sources


def test_every_row_is_taken_over_or_refused_with_a_reason():
    assert len(ROWS) == 92
    assert Counter(row.taken for row in ROWS) == {"yes": 27, "bound": 16, "no": 49}
    assert all(row.reason for row in ROWS if row.taken == "no")


def test_what_is_taken_over_is_no_assumption_there():
    taken = {name for row in ROWS for name in row.parameters}
    assert {SOURCED.quantities[name].standing for name in taken} == {"sourced", "reposted", "bounded"}


@pytest.mark.long
@pytest.mark.parametrize(
    ("field", "to", "words"),
    [
        ("taken", "maybe", "line 2: taken: got 'maybe'"),
        ("into", "rare_earth_curb.hurt", "line 2: into: there is no parameter 'rare_earth_curb.hurt'"),
        ("into", "", "a row that is taken over must name parameters"),
        ("reason", "too far", "any other row must leave `reason` empty"),
        ("standing", "none", "a row without a source cannot be taken over"),
        ("low", "2", "low <= value <= high; got low = 2.0, value = 1.5, high = 1.5"),
        ("known_from", "spring", "line 2: known_from"),
        ("address", "ftp://x", "line 2: address"),
    ],
)
def test_a_bad_row_gets_its_file_line_field_and_cure(tmp_path, field, to, words):
    folder = tmp_path / NAME
    shutil.copytree(scenario_folder(NAME), folder)
    head, _, *rest = (folder / FILE).read_text().splitlines()
    names, values = head.split(","), ROWS[0].model_dump(mode="json")
    cells = [str(values[name]) if values[name] is not None else "" for name in names]
    cells[names.index(field)] = to
    line = ",".join(f'"{cell}"' for cell in cells)
    (folder / FILE).write_text("\n".join([head, line, *rest]) + "\n")
    assert any(words in fault and FILE in fault for fault in folder_faults(folder))


def test_the_ratios_are_what_the_old_ranges_make_of_them():
    draws = sobol_draws(CENTRAL, 1 << 14, 5)
    of, gdp = draws.number, draws.number("USA.gdp")
    odds = of("security_weight") / (1.0 - of("security_weight"))
    business = {
        "chip_control": 100.0 * of("chip_control.lost_sales") * of("chip_control.surplus_share") / gdp,
        "entity_list": of("entity_list.business_cost"),
        "visa": 1e-7 * of("visa.students") * of("visa.share_revoked") * of("visa.spending") / gdp,
    }
    for name, lost in business.items():
        ratio = SOURCED.quantities[f"{name}.security_ratio"]
        pushed = odds * of(f"{name}.security_value") / lost
        there = np.quantile(pushed, np.linspace(0.0, 1.0, 21))
        assert ratio.quantiles[1:-1] == pytest.approx(there[1:-1], rel=0.03)
        assert ratio.low <= pushed.min()
        assert pushed.max() <= ratio.high
        centre = CENTRAL.parameters
        assert ratio.value == pytest.approx(
            centre[f"{name}.security_value"]
            / {
                "chip_control": 100 * 13.5 * 0.5 / 29200,
                "entity_list": 0.02,
                "visa": 1e-7 * 277000 * 0.2 * 52000 / 29200,
            }[name],
            rel=1e-3,
        )


def test_what_was_published_later_is_no_part_of_what_was_believed():
    before, after = (SOURCED.as_of(day).motion.learned for day in (date(2025, 11, 30), date(2026, 3, 1)))
    assert before == (0.1, 2.0) == CENTRAL.motion.learned
    assert after == (0.034, 2.0)


def test_the_stop_of_a_chip_costs_nothing_once_nobody_buys_it():
    def stop(day):
        world = SOURCED.as_of(day)
        effects = world.effects("USA", "chip_control", world.default_state)
        at = world.instrument("USA", "chip_control").labels("USA").index("h20_stopped")
        return effects.holder[at], effects.other[at]

    spring, autumn = stop(date(2025, 4, 30)), stop(date(2025, 11, 30))
    assert autumn[1] == pytest.approx(0.012 * spring[1])
    assert 0.0 < autumn[0] < 0.03 * spring[0]


def test_some_groups_of_a_calibration_are_replaced_alone():
    curb = load_scenario(NAME, "sourced", replaced=["rare_earth_curb"])
    assert {
        name for name, one in curb.bindings.items() if one.form.name != CENTRAL.bindings[name].form.name
    } == {"rare_earth_curb"}
    assert curb.parameters["purchases.farm_loss"] == CENTRAL.parameters["purchases.farm_loss"]
    with pytest.raises(UnknownParameter, match="tarif"):
        load_scenario(NAME, "sourced", replaced=["tarif"])
    with pytest.raises(InvalidGame, match="leave out `replaced`"):
        load_scenario(NAME, "central", replaced=["tariff"])


def test_no_draw_of_the_curb_helps_whom_it_is_used_against_and_its_cost_has_either_sign():
    own = []
    for world in sobol_draws(SOURCED, 256, 1):
        effects = world.effects("CHN", "rare_earth_curb", world.default_state)
        assert (np.diff(effects.other) <= 1e-12).all()
        assert -inf < effects.other[-1] <= 0.0
        own.append(effects.holder[-1])
    assert min(own) < 0.0 < max(own)

"""Agreements that a third country signs: compiled where any number of players is meaningful, else refused."""

import shutil
from itertools import permutations

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidGame
from negotiation.truces.compiling.compiler import TextChoices, compiled_text
from negotiation.truces.verdicts.agreements import Agreement
from negotiation.truces.verdicts.under_noise import noise_verdicts

WORLD = ng.load_scenario("us-china-netherlands-2023")
BOUND = {"USA": "chip_control", "CHN": "minerals_licence", "NLD": "tool_licence"}
WORDS = {"USA": "chip_control", "CHN": "minerals_licence", "NLD": "tool_licence"}


def clause(side, number):
    name = BOUND[side]
    return {
        "id": f"T{number:02d}", "side": side, "record_instrument": WORDS[side], "instrument": name,
        "level": WORLD.instruments[name].labels(side)[0], "obligation": "as before", "covered": True,
        "verifiability": "high", "observed": "unknown", "source_title": "assumed", "confidence": "low",
    }  # fmt: skip


def agreement(sides=("USA", "CHN", "NLD"), **entries):
    days = {"value": 28.0, "low": 28.0, "high": 28.0, "unit": "days", "date": "2024", "assumption": True}
    return Agreement.model_validate(
        {
            "id": "2024-01-the-hague", "title": "The Hague", "signed": "2024-01-15", "in_force": "2024-02-01",
            "window_start": "2024-01-15", "window_end": "2024-06-30", "clock_days": 0, "summary": "a trial",
            "clauses": [clause(side, k) for k, side in enumerate(sides, start=1)],
            "linkage": {"kind": "all_or_nothing", "assumption": True}, "punishment": days,
            "renewal": {**days, "value": 0.5, "low": 0.5, "high": 0.5, "unit": "chance"}, **entries,
        }
    )  # fmt: skip


def test_whoever_is_seen_beyond_a_ceiling_raises_the_one_alarm():
    found = compiled_text(agreement(), WORLD, TextChoices(clock="none"))
    quiet = found.signal.probabilities[..., list(found.signal.signals).index("quiet")]
    stage = found.game.stage
    for index in np.ndindex(stage.n_actions):
        calm = 1.0
        for i, bound in enumerate(sorted(found.bound, key=lambda one: stage.players.index(one.country))):
            noise, kept = bound.noise, index[i] == 0
            if kept:
                looks = noise.slip * noise.miss + (1 - noise.slip) * (1 - noise.ambiguity)
            else:
                looks = noise.miss if index[i] == 1 else 0.0
                # One step harsher than meant by a slip, where there is one, and seen one step calmer at most.
                looks *= 1 - noise.slip if index[i] + 1 < stage.n_actions[i] else 1.0
            calm *= looks
        assert quiet[index] == pytest.approx(calm, abs=1e-12), index


@pytest.mark.long
@pytest.mark.parametrize("order", list(permutations(["USA", "CHN", "NLD"])))
def test_the_order_of_the_countries_changes_nothing(tmp_path, order):
    folder = shutil.copytree(WORLD.folder, tmp_path / WORLD.name)
    text = (folder / "scenario.toml").read_text()
    line = next(line for line in text.splitlines() if line.startswith("countries = "))
    (folder / "scenario.toml").write_text(text.replace(line, f"countries = {list(order)}"))
    other = ng.load_scenario(folder)
    assert other.countries == order
    one, two = (noise_verdicts(agreement(), world) for world in (WORLD, other))
    assert one.holds == two.holds
    assert float(one.verdict.margin) == pytest.approx(float(two.verdict.margin), abs=1e-12)
    wanted = "broken off", "control", "all_or_nothing"
    here, there = (agreement().survival(world).find(*wanted) for world in (WORLD, other))
    assert here.mean_days == pytest.approx(there.mean_days, rel=1e-9)


def test_what_takes_two_players_refuses():
    with pytest.raises(InvalidGame, match="a replay is for disputes between two countries"):
        ng.replay(agreement(), WORLD, draws=0)
    read = {
        "side": "USA", "clause": "T09", "prior": 1.0, "prior_assumption": True, "basis": "assumed",
        "source_title": "assumed", "confidence": "low",
        "terms": [{"country": "NLD", "instrument": "tool_licence", "level": "euv_only", "how": "added"}],
    }  # fmt: skip
    vague = {**clause("USA", 9), "verifiability": "low", "instrument": None, "level": None}
    vague = {key: value for key, value in vague.items() if value is not None}
    clauses = [clause("USA", 1), clause("CHN", 2), vague]
    with pytest.raises(InvalidGame, match="an agreement that its sides read differently is for disputes"):
        agreement(clauses=clauses, readings=[read]).compile(WORLD)

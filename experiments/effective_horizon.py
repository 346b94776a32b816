"""From which effective horizon on best punishments hold what the truces keep.

A path, one posture profile for ever, is held by the best punishments if no departure from it gains where each
side's worst equilibrium payoffs follow (Abreu 1988). Worst payoffs come from payoff sets, outer bounds to
rule a path out, inner ones to prove it; what lies between is undecided, and counts as not held.

Three paths of the core game. Busan's: its levels, for ever. Geneva's as the USA read it: tariffs at the
truce's rates, the H20 stopped as before the signing, licences flowing. Geneva's as it was played: the same
with the April licensing on. Each is asked of in three games of that size:

- still: the stage game of one step of the stocks, repeated; the state is taken to last for ever;
- moving: stocks run down under a curb and fill without one, and both foresee it;
- learned: stocks move, and how much the curb harms is not known before it has been felt: it is one of the
  ends of the harm's range, with the mean that both expect now.

Patience is given as the effective horizon H in years, exp(-lag / 365 / H) a period: what discounting,
turnover in office and the chance that the relation ends leave of the future. Setting 0 has the central values
of the parameters, each other one a draw from their ranges. Cost: two payoff sets of a game of 3 to 9 states
each.
"""

from dataclasses import replace

import numpy as np

import negotiation as ng
from negotiation.base.numeric import KNIFE_EDGE
from negotiation.disputes import State
from negotiation.disputes.posture import posture_from_label
from negotiation.errors import InvalidGame
from negotiation.game_theory.solvers.thresholds.policy import policy_gains
from negotiation.lab import Cell

MOVING = {"still": (), "moving": ("stocks",), "learned": ("stocks", "belief")}
"""What moves in each of the games."""
STOCKS = {2: "full", 1: "half", 0: "gone"}
GENEVA = {"tariff": "geneva"}
PATHS = {
    "busan": {
        "USA": {"tariff": "busan", "chip_control": "licensed"},
        "CHN": {**GENEVA, "rare_earth_curb": "licences_flow", "purchases": "buys"},
    },
    "geneva_flowing": {
        "USA": {**GENEVA, "chip_control": "h20_stopped"},
        "CHN": {**GENEVA, "rare_earth_curb": "licences_flow", "purchases": "boycott"},
    },
    "geneva_played": {
        "USA": {**GENEVA, "chip_control": "h20_stopped"},
        "CHN": {**GENEVA, "rare_earth_curb": "april_licensing", "purchases": "boycott"},
    },
}
NAMES = {
    "busan": "Busan's levels",
    "geneva_flowing": "Geneva's with licences flowing",
    "geneva_played": "Geneva's as played",
}


def restraint(scenario, paths, name, horizons, size="core"):
    """Return a letter for each path, step of the stocks and horizon in a game: 1 held, 0 not, ? undecided."""
    letters = {}
    # Stocks that stand still make a game of their own at each step; one game has all steps where they move.
    for stands in STOCKS if not MOVING[name] else (None,):
        state = replace(scenario.default_state, stocks=stands or 0)
        game = scenario.stochastic_game(size, state=state, moving=MOVING[name])
        for years in horizons:
            patience = float(np.exp(-scenario.parameters["reaction_lag_days"] / 365.0 / years))
            for (path, stocks), letter in held(at_patience(game, patience), paths, stands).items():
                letters[path, stocks, years] = letter
    return letters


def at_patience(game, delta):
    """Return a game with another discount factor."""
    stages = dict(zip(game.states, game.stages, strict=True))
    return ng.StochasticGame.from_stages(stages, game.transitions, delta)


def held(game, paths, stands=None):
    """Return whether each path is held from a step of the stocks, or from each, as a letter."""
    policies = {
        name: {state: profile_of(game, state, path) for state in game.states} for name, path in paths.items()
    }
    letters = {}
    bounds = policy_gains(game, *policies.values())
    for (name, policy), excluded, proven in zip(policies.items(), *bounds, strict=True):
        for stocks in STOCKS if stands is None else (stands,):
            start = next(s for s in game.states if begins(s, stocks))
            # What does not hold in a state that play leads to breaks the path from its start.
            here = [game.state_index(s) for s in reached(game, policy, start)]
            out, sure = excluded[here].max() > KNIFE_EDGE, proven[here].max() <= KNIFE_EDGE
            letters[name, stocks] = "0" if out else "1" if sure else "?"
    return letters


def begins(label, stocks):
    """Return whether a state has these stocks and nothing has been learned in it."""
    state = State.from_label(label)
    return state.stocks == stocks and state.belief == 0


def profile_of(game, state, path):
    """Return the profile of a path in a state: levels that it names, else the calmest."""
    stage, profile = game.stage(state), []
    for player, labels in zip(stage.players, stage.actions, strict=True):
        wanted = {**posture_from_label(labels[0]), **path.get(player, {})}
        found = [label for label in labels if posture_from_label(label) == wanted]
        if not found:
            raise InvalidGame(
                f"a path asks {player} for {dict(path[player])}, which is no posture of the game in {state}; "
                f"there are {', '.join(labels)}: give levels of these, or a larger size"
            )
        profile.append(found[0])
    return tuple(profile)


def reached(game, policy, start):
    """Return the states that play of a policy reaches from a start, the start among them."""
    found, frontier = [start], [start]
    while frontier:
        state = frontier.pop()
        new = [after for after in game.next_states(state, policy[state]) if after not in found]
        found += new
        frontier += new
    return found


def held_in_cell(cell: Cell) -> dict[str, bool]:
    """Return whether each path is held in one game, with stocks full and gone."""
    setting = int(cell.number("setting"))
    scenario = cell.scenario if setting == 0 else cell.scenario.draw(setting)
    letters = restraint(scenario, PATHS, str(cell["stocks"]), [cell.number("years")])
    return {
        f"{path}_{STOCKS[stocks]}": letter == "1"
        for (path, stocks, _), letter in letters.items()
        if STOCKS[stocks] != "half"
    }


experiment = ng.Experiment(
    slug="effective_horizon",
    question="From which effective horizon on do best punishments hold what the truces keep?",
    scenario="us-china-2025",
    space=ng.space.grid(
        {"years": [1 / 12, 0.25, 1.0, 4.0], "setting": list(range(33)), "stocks": list(MOVING)}
    ),
    measure=held_in_cell,
    batch=1,
    labels={
        "years": "effective horizon, years",
        "setting": "0 central values, else a draw",
        "stocks": "stocks",
        **{
            f"{path}_{stocks}": f"{name} held, stocks {stocks} at first"
            for path, name in NAMES.items()
            for stocks in ("full", "gone")
        },
    },
    shown=("busan_full", "geneva_flowing_full", "geneva_played_full"),
)

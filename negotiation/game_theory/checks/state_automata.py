"""One-shot-deviation check of an automaton in a stochastic game under perfect monitoring.

The product of the automaton's memories and the game's states is a Markov chain under compliance. Values solve
V = (1 - delta) u + delta T V on the pairs (memory, state) that some history reaches, from any state of the
game as the first; then every player's every single deviation in every such pair is compared with compliance
(one-shot-deviation principle; Abreu 1988). Shares no code with the solvers. Cost: one linear system of the
number of pairs for each player, and one pass through the transitions.
"""

from __future__ import annotations

from negotiation.base.numeric import NumberArray
from negotiation.game_theory.games import StochasticGame, departures, own_units, ranges_by_player
from negotiation.game_theory.solutions.verdict import Deviation, Verdict, judge
from negotiation.game_theory.strategies.state_automaton import StateAutomaton
from negotiation.game_theory.strategies.state_chain import SEPARATOR, Chain, pair_values, reachable_pairs


def verify_state_automaton(
    game: StochasticGame, automaton: StateAutomaton, *, exact: bool = False
) -> Verdict:
    """Check whether an automaton with state is a subgame perfect equilibrium of a stochastic game."""
    chain = reachable_pairs(game, automaton, exact)
    values = pair_values(chain)
    deviations = (
        found
        for memory, state in chain.pairs
        for i in range(game.n_players)
        for found in _deviations(chain, values, memory, state, i)
    )
    measured = own_units(*game.stages)
    tolerances = dict(zip(game.players, measured.tolerances(), strict=True))
    ranges = ranges_by_player(game.stages, exact)
    return judge("subgame perfect equilibrium", deviations, tolerances, exact=exact, ranges=ranges)


def _deviations(chain: Chain, values: NumberArray, memory: str, state: str, i: int) -> list[Deviation]:
    """Return the player's departures in a pair, with what each gains."""
    stage, delta = chain.game.stage(state), chain.deltas[i]
    profile = chain.automaton.profile(memory, state)
    here = values[chain.pairs[memory, state], i]
    found: list[Deviation] = []
    for action, other in departures(profile, i, stage.actions[i]):
        later = sum(
            chance * values[chain.pairs[pair], i]
            for pair, chance in chain.after(memory, state, other).items()
        )
        gain = (1 - delta) * chain.payoff(state, other)[i] + delta * later - here
        gain = gain if chain.exact else float(gain)
        found.append(Deviation(stage.players[i], action, profile[i], gain, f"{memory}{SEPARATOR}{state}"))
    return found

"""Times best responses to Busan's strategies, and rounds of an environment.

`python benchmarks/play.py [responses] [rounds]`. Responses: to the text, 105 states, from its automaton to a
best policy, warm. Rounds: of a PettingZoo environment of the text, with observations in words and numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

from tables import Row, benchmark, main, timed

import negotiation as ng
from negotiation.agents import parallel_env

ROUNDS = 1_000


@benchmark("a best response to the text of Busan", "player", "states", "s", "target, s")
def responses() -> Iterator[Row]:
    busan = ng.truce("2025-10-busan")
    game, strategy = busan.game(), busan.compile()
    for player in game.stage.players:
        least, found = timed(lambda player=player: ng.best_response(game, strategy, player), repeats=3)
        yield player, len(found.values), round(least, 3), 1.0


@benchmark("rounds of an environment", "agents", "rounds a second", "target")
def rounds() -> Iterator[Row]:
    for opponent in (None, "USA"):
        env = parallel_env("2025-10-busan", opponent=opponent, max_rounds=ROUNDS)

        def played(env=env) -> None:
            env.reset(seed=0)
            while env.agents:
                env.step(dict.fromkeys(env.agents, 0))

        least, _ = timed(played, repeats=3)
        yield len(env.possible_agents), round(ROUNDS / least), 1_000


if __name__ == "__main__":
    main("play", responses, rounds)

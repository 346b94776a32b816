"""Speed beside peers, and what each algorithm is and proves.

The ratios were measured with `benchmarks/`, on one core, both sides in one process, warm, on the same
inputs; they are written down here, since times belong to one machine. The peers' versions are those of
`constraints.txt`.
"""

import pandas as pd

MAKES = ("solver_speed", "algorithms")

# workload, peer, least and largest ratio of the peer's time to ours
SPEED = (
    ("Nash, random 3x3", "quantecon 0.11.4, support enumeration", 16.6, 19.1, "benchmarks/nash.py"),
    ("Nash, random 4x4", "quantecon 0.11.4, support enumeration", 11.5, 15.4, "benchmarks/nash.py"),
    ("Nash, random 3x3", "nashpy 0.0.43", 1800.0, None, "benchmarks/nash.py"),
    ("payoff set, 3x3", "quantecon 0.11.4, Abreu-Sannikov", 55.0, 55.0, "benchmarks/payoff_sets.py"),
    ("payoff set, Cournot", "quantecon 0.11.4, Abreu-Sannikov", 55.0, 151.0, "benchmarks/payoff_sets.py"),
    (
        "payoff set, uniform 36x72",
        "quantecon 0.11.4, Abreu-Sannikov",
        19.5,
        None,
        "benchmarks/payoff_sets.py",
    ),
    ("payoff set, normal 36x72", "quantecon 0.11.4, Abreu-Sannikov", 32.4, None, "benchmarks/payoff_sets.py"),
)
MEANS = {"payoff set, uniform 36x72": 30.9, "payoff set, normal 36x72": 41.8}

ALGORITHMS = (
    (
        "all Nash equilibria of two players", "support enumeration with dominance",
        "Porter, Nudelman and Shoham", "regret of each equilibrium",
    ),
    (
        "payoffs of subgame-perfect equilibria", "two points a row and column of the operator",
        "Abreu and Sannikov", "inner bound, profile by profile",
    ),
    (
        "critical discount factor of a profile", "optimal penal codes, exact polynomials",
        "Abreu", "an automaton, in rationals",
    ),
    (
        "perfect public equilibria, patient limit", "one program a profile and direction",
        "Fudenberg, Levine and Maskin", "score of each direction",
    ),
    (
        "readings: perfect Bayesian in public automata", "linear systems, belief polytopes",
        "this paper", "one-shot test at each belief reached",
    ),
    ("least renewal probability", "closed form", "Benoit and Krishna", "backward induction"),
    (
        "Markov perfect equilibria", "paths of logit equilibria", "Eibelshaeuser and Poensgen",
        "Bellman residual and best-reply gain",
    ),
    (
        "bargaining", "a pass over the frontier", "Nash; Kalai and Smorodinsky; Rubinstein",
        "over the inner bound",
    ),
)  # fmt: skip


def compute(budget):
    """Return the ratios and the list of algorithms."""
    del budget
    speed = pd.DataFrame(SPEED, columns=["workload", "peer", "least", "most", "measured_by"])
    speed["mean"] = [MEANS.get(name) for name in speed["workload"]]
    algorithms = pd.DataFrame(ALGORITHMS, columns=["problem", "method", "source", "certificate"])
    return {"solver_speed": speed, "algorithms": algorithms}

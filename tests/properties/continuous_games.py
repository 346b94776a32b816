"""Random games in continuous time, and their equations written out plainly."""

import math

import numpy as np

import negotiation as ng


def random_game(seed, *, states=None, players=2, agencies=1, nature=True, precision=None, spread=1.0):
    """Return a random game: ragged options, some of them within a state, rates by state, a nature."""
    rng = np.random.default_rng(seed)
    n = states or int(rng.integers(2, 6))
    flows = rng.normal(size=(n, players)) * spread
    makers = []
    for player in range(players):
        for _ in range(agencies):
            options = []
            for s in range(n):
                row = [(s, 0.0)]
                for _ in range(int(rng.integers(0, 4))):
                    goal = int(rng.integers(n))
                    row.append((goal, float(rng.normal()) * 0.2 * spread, f"e{int(rng.integers(3))}"))
                rng.shuffle(row)
                options.append([tuple(option) for option in row])
            makers.append(
                ng.DecisionMaker(
                    player,
                    rng.uniform(0.0, 4.0, n),
                    options,
                    precision or float(rng.uniform(0.3, 3.0)) / spread,
                )
            )
    moved = rng.uniform(0.0, 1.0, (n, n)) * (rng.uniform(size=(n, n)) < 0.4) if nature else None
    if moved is not None:
        np.fill_diagonal(moved, 0.0)
    return ng.ContinuousTimeGame(flows, makers, rng.uniform(0.1, 0.6, players), moved)


def plain_choices(game, values):
    """Return by maker and state the logit of the options' worth, and what a chance to move is worth."""
    chances, worth = [], []
    for maker, rows, owner in zip(game.makers, game.options, game.owners, strict=True):
        chances.append([])
        worth.append([])
        for s in range(game.n_states):
            part = rows.row(s)
            each = [rows.payoffs[j] + values[rows.targets[j], owner] for j in range(part.start, part.stop)]
            top = max(each)
            weights = [math.exp(maker.precision * (x - top)) for x in each]
            chances[-1].append([w / sum(weights) for w in weights])
            worth[-1].append(top + math.log(sum(weights)) / maker.precision)
    return chances, worth


def plain_residual(game, values):
    """Return the largest distance of the two sides of an equation, for precisions that are finite."""
    chances, worth = plain_choices(game, values)
    largest = 0.0
    for i in range(game.n_players):
        for s in range(game.n_states):
            left = game.discount_rates[i] * values[s, i]
            right = game.flows[s, i]
            for k in range(game.nature.indptr[s], game.nature.indptr[s + 1]):
                right += game.nature.rates[k] * (values[game.nature.targets[k], i] - values[s, i])
            for m, (rows, owner) in enumerate(zip(game.options, game.owners, strict=True)):
                rate = game.rates[m, s]
                if owner == i:
                    right += rate * (worth[m][s] - values[s, i])
                    continue
                goals = rows.targets[rows.row(s)]
                for goal, chance in zip(goals, chances[m][s], strict=True):
                    right += rate * chance * (values[goal, i] - values[s, i])
            largest = max(largest, abs(left - right))
    return largest


def value_iteration(game, tolerance=1e-13):
    """Return the values of a game of one player by value iteration after uniformisation."""
    leaves = game.rates.sum(axis=0) + np.bincount(game.nature.sources, game.nature.rates, game.n_states)
    fastest, rho = leaves.max() + 1.0, game.discount_rates[0]
    values = np.zeros((game.n_states, 1))
    while True:
        _, worth = plain_choices(game, values)
        new = np.empty_like(values)
        for s in range(game.n_states):
            total = game.flows[s, 0] + (fastest - leaves[s]) * values[s, 0]
            for k in range(game.nature.indptr[s], game.nature.indptr[s + 1]):
                total += game.nature.rates[k] * values[game.nature.targets[k], 0]
            total += sum(game.rates[m, s] * worth[m][s] for m in range(len(game.makers)))
            new[s, 0] = total / (rho + fastest)
        if abs(new - values).max() < tolerance:
            return new
        values = new


def with_flows(game, flows=None, makers=None, rates=None, nature=None, states=()):
    """Return the game with other parts."""
    return ng.ContinuousTimeGame(
        game.flows if flows is None else flows,
        game.makers if makers is None else makers,
        game.discount_rates if rates is None else rates,
        game.nature if nature is None else nature,
        states=states or game.states,
        players=game.players,
    )

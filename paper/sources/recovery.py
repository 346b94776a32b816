"""Whether 14 moves, or 30, tell the theories apart, and whether intervals of fits hold the truth.

Rules and expectations are those of decision 75. Records are drawn in the small game of Busan under each
theory, and under moves at random, and fitted under all by the exact likelihood.
"""

from dataclasses import replace
from datetime import date
from functools import cache, partial
from itertools import chain, product

import numpy as np
import pandas as pd
from scipy.stats import binomtest, norm

import negotiation as ng
from negotiation.disputes import load_scenario
from negotiation.truces.estimation.model import RandomMoves
from negotiation.truces.estimation.played_game import seen_path, theory_factory
from negotiation.truces.estimation.seen_moves import SeenSpell, drawn_spell, random_spell
from negotiation.truces.estimation.theory_record import MOVE_RATE, PRECISION, theory_record

HEAVY = True  # more than an hour of one processor
MAKES = ("recovery", "recovery_told", "recovery_coverage")
THEORIES = ("each for itself", "moment", "custom in kind", "shadow linkage", "renegotiation")
RANDOM, TIED = "moves at random", "tied"
NAMES = (*THEORIES, RANDOM)
MOVES, RATE, PRECISIONS, RECORDS = (14, 30), 10.2, (30.0, 100.0), 10
COVERED, LEVEL, COVERING, PROFILED = ("each for itself", "custom in kind"), 0.9, 100, 20
FEW = 16  # draws of a budget below which the first records alone are fitted
LEAST, MOST = 0.84, 0.95  # a parameter whose share of intervals is outside fails
SIGNED, ENDS = date(2025, 10, 30), date(2026, 10, 1)
LONG = 100.0  # years in which a record has as many moves as are asked; it is cut at the last of them
TIE = 1e-6
MARGIN = 2.0  # how far, in logarithms, a climb may look beyond the precision's range


@cache
def record_of(theory):
    """Return the theory's record with Busan alone, from the levels that were signed, without moves."""
    world = load_scenario("us-china-2025").as_of(date(2026, 10, 10))
    found = theory_record(
        world, theory, until=ENDS, since=SIGNED, size="small", parameters=(MOVE_RATE, PRECISION)
    )
    spell = replace(found.spells[0], opening=found.signed_levels[0], moves=())
    return replace(found, spells=(spell,))


def drawn(theory, precision, moves, seed):
    """Return so many moves under a theory, or at random; the record ends with the last."""
    rng = np.random.default_rng(seed)
    model = record_of(THEORIES[0] if theory == RANDOM else theory)
    (game,), opening = model.games_at(np.array([RATE, precision])), model.spells[0].opening
    if theory == RANDOM:
        seen = random_spell(game, opening, LONG, RATE, rng)
    else:
        seen = drawn_spell(game, opening, LONG, rng)
    return first_of(seen, moves)


def first_of(seen, moves):
    """Return the first moves of a record, up to the last of them."""
    return SeenSpell(seen.moves[moves - 1].at, seen.moves[:moves])


class Outside(Exception):
    """A climb that has left the range of the precision for good."""


@cache
def made(theory, margin=np.inf):
    """Return the factory of logarithms of rate and precision; far outside its range the climb is stopped."""
    factory, (low, high) = theory_factory(record_of(theory)), ends_of(theory)

    def game(rate, precision):
        if not low - margin <= precision <= high + margin:
            raise Outside
        return factory(**{MOVE_RATE: np.exp(rate), PRECISION: np.exp(precision)})

    return game


def ends_of(theory):
    """Return the ends of the precision's range, in logarithms."""
    prior = {p.name: p for p in record_of(theory).priors}[PRECISION]
    return np.log([prior.low, prior.high])


@np.errstate(over="ignore", invalid="ignore")  # of a record next to impossible, which the fit refuses
def fitted(theory, seen, margin=MARGIN):
    """Return a theory's fit, None without a maximum in the precision's range, and the log likelihood."""
    model, ends = record_of(theory), ends_of(theory)
    path = seen_path(model.openings[0][0], model.spells[0].opening, seen)
    begin = {"rate": np.log(len(seen.moves) / seen.years), "precision": ends.mean()}
    try:
        found = ng.fit(made(theory, margin), path, start=begin, equilibria=1)
        if found.status == "complete" and ends[0] <= found.estimate["precision"] <= ends[1]:
            return found, found.log_likelihood
    except (Outside, ng.NegotiationError):
        pass
    # The likelihood is then highest at an end of the range, where the rate alone is fitted.
    return None, max(at_end(theory, path, begin["rate"], end) for end in ends)


def at_end(theory, path, rate, end):
    """Return the log likelihood at one end of the range; -inf where the record is next to impossible."""
    try:
        found = ng.fit(partial(made(theory), precision=end), path, start={"rate": rate}, equilibria=1)
    except ng.NegotiationError:
        return -np.inf
    return found.log_likelihood


def at_random(seen):
    """Return the log likelihood of moves at random at the rate that fits them best."""
    model = RandomMoves(record_of(THEORIES[0]).of((seen,)))
    return float(model.log_densities(np.array([[len(seen.moves) / seen.years]])).sum())


def choice(case):
    """Return what is chosen for the first moves of a drawn record, and the theories' lead over chance."""
    truth, precision, moves, k = case
    # A longer record begins as the shorter one did.
    seed = [0, NAMES.index(truth), int(precision), k]
    seen = first_of(drawn(truth, precision, max(MOVES), seed), moves)
    criterion = {theory: 4.0 - 2.0 * fitted(theory, seen)[1] for theory in THEORIES}
    chance = 2.0 - 2.0 * at_random(seen)
    ahead = (chance - min(criterion.values())) / 2.0
    criterion[RANDOM] = chance
    least = min(criterion.values())
    best = [name for name, value in criterion.items() if value < least + TIE]
    return truth, precision, moves, best[0] if len(best) == 1 else TIED, ahead


def held(case):
    """Return by parameter and kind of interval whether it holds the truth; no interval holds nothing."""
    theory, k, profiled = case
    seen = drawn(theory, PRECISIONS[0], max(MOVES), [1, NAMES.index(theory), k])
    found, _ = fitted(theory, seen, margin=np.inf)
    rows = []
    for name, truth in (("rate", np.log(RATE)), ("precision", np.log(PRECISIONS[0]))):
        away = np.inf if found is None else abs(found.estimate[name] - truth) / found.standard_errors[name]
        rows.append(
            (theory, name, "standard error", found is not None, away <= norm.ppf((1.0 + LEVEL) / 2.0))
        )
        if profiled:
            low, high = (np.inf, -np.inf) if found is None else found.interval(name, LEVEL)
            rows.append((theory, name, "profile", found is not None, low <= truth <= high))
    return rows


def share(count, of):
    """Return a share with its exact interval at 95 percent."""
    ends = binomtest(count, of).proportion_ci(method="exact")
    return int(count), int(of), count / of, ends.low, ends.high


def everything(records=RECORDS, covering=COVERING, profiled=PROFILED, truths=NAMES, moves=MOVES):
    """Return by table the confusion matrix, shares told right, and coverage."""
    choices = [*product(truths, PRECISIONS, moves, range(records // len(PRECISIONS)))]
    intervals = [(theory, k, k < profiled) for k in range(covering) for theory in COVERED]
    parts = chain.from_iterable(map(held, intervals))
    chosen = pd.DataFrame(map(choice, choices), columns=["truth", "precision", "moves", "chosen", "ahead"])
    cells = [
        (count, truth, name, *share((own["chosen"] == name).sum(), len(own)))
        for (count, truth), own in chosen.groupby(["moves", "truth"], sort=False)
        for name in (*NAMES, TIED)
    ]
    groups = {"theories": chosen["truth"] != RANDOM, RANDOM: chosen["truth"] == RANDOM}
    groups |= {f"theories at {mu:g}": groups["theories"] & (chosen["precision"] == mu) for mu in PRECISIONS}
    told = []
    for (what, inside), count in product(groups.items(), moves):
        own = chosen[inside & (chosen["moves"] == count)]
        told.append((what, count, *share((own["chosen"] == own["truth"]).sum(), len(own)),
                     (own["chosen"] == RANDOM).mean(), own["ahead"].median()))  # fmt: skip
    held_by = pd.DataFrame(parts, columns=["theory", "parameter", "interval", "there", "held"])
    coverage = [
        (
            *of,
            *share(own["held"].sum(), len(own)),
            1.0 - own["there"].mean(),
            LEAST <= own["held"].mean() <= MOST,
        )
        for of, own in held_by.groupby(["theory", "parameter", "interval"], sort=False)
    ]
    counted = ["count", "records", "share", "low", "high"]
    heads = ["theory", "parameter", "interval", *counted, "without", "passes"]
    return {
        "recovery": pd.DataFrame(cells, columns=["moves", "truth", "chosen", *counted]),
        "recovery_told": pd.DataFrame(told, columns=["of", "moves", *counted, "random", "ahead"]),
        "recovery_coverage": pd.DataFrame(coverage, columns=heads),
    }


def compute(budget):
    """Return the confusion matrix, shares told right, and coverage."""
    few = {"records": 2, "covering": 1, "profiled": 1, "truths": NAMES[-2:], "moves": MOVES[:1]}
    return everything(**(few if budget.replay_draws < FEW else {}))

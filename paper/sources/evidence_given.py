"""What the record favours with its days of signing given: three numbers a theory, weights, answers.

Rules and expectations are those of decision 70.

Prior draws are weighted by the density of the record; moves at random stand beside the theories in every row.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from itertools import product
from operator import add
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import logsumexp

from negotiation.disputes import load_scenario
from negotiation.truce_panel.spell_pace import pace_before, steps_a_year
from negotiation.truces.estimation.signings_given import (
    as_theory,
    at_factor,
    at_random,
    chances_of_steps,
    factors_of_a_spell,
    groups_of,
    numbers,
    path_terms,
    spell_paths,
)
from negotiation.truces.estimation.theory_record import MOVE_RATE, PRECISION, theory_record
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.record.events import UP, events_of
from negotiation.truces.record.past import past_of
from negotiation.truces.record.timeline import load_moves, looking_back_to, record_begins

HEAVY = True  # some fifteen minutes of one processor
MAKES = ("evidence_given", "evidence_range", "evidence_answers")
SINCE, MIDDLE, ENDS = date(2025, 1, 1), date(2025, 11, 30), date(2026, 10, 1)
DAY = timedelta(days=1)
THEORIES = ("each for itself", "moment", "custom in kind", "shadow linkage", "renegotiation")
RANDOM = "moves at random"
DRAWS, ANSWERED, SEED = 256, 32, 0
FEW = 16  # draws of a budget below which as many draws as it has are made
RECORDS = ("to November 2025", "ten months", "both")
NUMBERS = ("marks", "times by spell", "times at one rate", "both by spell", "both at one rate")
ONE = np.ones(1)
AHEAD = {
    "within 30 days": 30,
    "to 2026-09-30": (ENDS - date(2025, 10, 30)).days,
    "2026-10-01 to 2027-11-30": (date(2027, 12, 1) - ENDS).days,
}


@dataclass(frozen=True)
class Asked:
    """What is the same for every theory: the dispute, its days of signing, and the panel's word on spells."""

    world: Any
    # By day of signing, the place.
    signed: dict[date, str]
    earliest: dict[str, date]
    # By spell: hazard relative to the first spell's, and factors with their weights.
    hazards: tuple[float, ...]
    factors: tuple

    def variants(self):
        """Return by name which days of signing are given."""
        every = set(self.signed)
        found = {"all given": every} | {
            f"{place} counted": every - {day} for day, place in self.signed.items()
        }
        return found | {"none given": set()}


def asked():
    """Return what is the same for every theory."""
    world = load_scenario("us-china-2025").as_of(date(2026, 10, 10))
    texts = agreements_of(world)
    signed = {one.signed: one.id.split("-")[2].capitalize() for one in texts}
    panels = [
        (one, pace_before(one.signed, frozenset(world.countries))) for one in texts if one.amends is None
    ]
    steps = [steps_a_year(world, panel, text) for text, panel in panels]
    return Asked(
        world,
        signed,
        {move.id: move.announced.earliest for move in load_moves(world)},
        tuple(step / steps[0] for step in steps),
        tuple(factors_of_a_spell(panel.shape) for _, panel in panels),
    )


class Model:
    """A theory or moves at random, at draws of its parameters."""

    def __init__(self, name, common, draws=DRAWS):
        self.name, self.common = name, common
        theory = THEORIES[0] if name == RANDOM else name
        self.record = theory_record(common.world, theory, until=ENDS, since=SINCE)
        priors = self.record.priors
        self.places = np.random.default_rng([SEED, (*THEORIES, RANDOM).index(name)]).random(
            (draws, len(priors))
        )
        self.rows = np.column_stack([p.at(self.places[:, k]) for k, p in enumerate(priors)])
        self.names = [p.name for p in priors]
        self.central = self.record.games_at(np.array([p.at(0.5) for p in priors]))

    def played(self, row, spell, factor):
        """Return a spell's game as played where players expect that many times the pace, and its phases."""
        rate = row[self.names.index(MOVE_RATE)] * factor
        if self.name == RANDOM:
            return at_random(self.central[spell].game, float(rate)), 1
        changed = row.copy()
        changed[self.names.index(MOVE_RATE)] = rate
        values = dict(zip(self.names, changed.tolist(), strict=True))
        pace, cost = values.pop(MOVE_RATE), values.pop("pace.adjustment")
        world = self.common.world.with_parameters(values)
        game = self.record.game_of(self.record.spells[spell], world, pace, cost)
        return as_theory(game), len(game.phases)  # draws may differ in what is answered

    def paths(self, signed):
        """Return the paths of each spell where some days of signing are given."""
        return tuple(
            spell_paths(spell, game, signed, [MIDDLE], self.common.earliest)
            for spell, game in zip(self.record.spells, self.central, strict=True)
        )

    def moves(self):
        """Return the moves that are decisions where every day of signing is given."""
        paths = self.paths(set(self.common.signed))
        return sorted(
            {name for one in paths for name, kind in zip(one.ids[0], one.kinds[0], strict=True) if kind >= 2}
        )

    def logs(self):
        """Return by variant the numbers at each draw, shape (draws, 2 records, 5 numbers)."""
        by_variant = {name: self.paths(days) for name, days in self.common.variants().items()}
        taken = {f"{one} given": (one,) for one in self.moves()}
        found = {name: np.zeros((len(self.rows), 2, 5)) for name in (*by_variant, *taken)}
        for k, row in enumerate(self.rows):
            common = [self.played(row, s, 1.0) for s in (0, 1)]
            own = [common[0], self.played(row, 1, self.common.hazards[1])]
            known = {}
            for name, paths in by_variant.items():
                terms = []
                for s in (0, 1):
                    key = s, paths[s].kinds.tobytes(), paths[s].days.tobytes()  # most change one spell
                    if key not in known:
                        known[key] = (
                            path_terms(*common[s], paths[s], ONE),
                            path_terms(*own[s], paths[s], self.common.factors[s][0]),
                        )
                    terms.append(known[key])
                found[name][k] = self.both_records(terms, ())
                if name == "all given":
                    for variant, without in taken.items():
                        found[variant][k] = self.both_records(terms, without)
        return found

    def both_records(self, terms, without):
        """Return the five numbers up to the middle, and up to the end."""
        rows = []
        for last in (MIDDLE, ENDS):
            one = reduce(add, (numbers(t[0], ONE, last, without) for t in terms))
            spell = reduce(
                add,
                (
                    numbers(t[1], w, last, without)
                    for t, (_, w) in zip(terms, self.common.factors, strict=True)
                ),
            )
            rows.append((one.marks, spell.times, one.times, spell.both, one.both))
        return rows


def mean(logs):
    """Return the logarithm of the mean over draws, shape (draws, ...)."""
    return logsumexp(logs, axis=0) - np.log(len(logs))


def of_records(logs):
    """Return log evidence by record and number, shape (3, 5): the middle, what comes after it, both."""
    first, both = mean(logs)
    return np.stack([first, both - first, both])


def evidence(models, logs):
    """Return log evidence by variant, model, record and number."""
    found = {variant: {name: of_records(logs[name][variant]) for name in logs} for variant in logs[RANDOM]}
    halves = {"precision low": lambda place: place < 0.5, "precision high": lambda place: place >= 0.5}
    for variant, inside in halves.items():
        found[variant] = {}
        for name, own in logs.items():
            place = models[name].places[:, models[name].names.index(PRECISION)]
            kept = inside(place) if name != RANDOM else np.full(len(place), True)
            found[variant][name] = of_records(own["all given"][kept])
    return found


def weights_of(values):
    """Return weights from equal ones, by model; shape of values (models, ...)."""
    return np.exp(values - logsumexp(values, axis=0))


def tables(models, logs):
    """Return evidence with its range, and weights by variant."""
    found = evidence(models, logs)
    names = list(logs)
    over, weight = {}, {}
    for variant, by_name in found.items():
        values = np.stack([by_name[name] for name in names])
        over[variant], weight[variant] = values - values[names.index(RANDOM)], weights_of(values)
    # All days counted is what was said before, and stands apart.
    ranged = [variant for variant in found if variant != "none given"]
    rows, by_variant = [], []
    for m, r, n in product(range(len(names)), range(len(RECORDS)), range(len(NUMBERS))):
        of = RECORDS[r], NUMBERS[n], names[m]
        if of[:2] == ("ten months", "marks"):  # no move came
            continue
        gains, parts = ([x[v][m, r, n] for v in ranged] for x in (over, weight))
        own = logs[names[m]]["all given"][:, min(r, 1), n]
        share = np.exp(own - logsumexp(own))
        left = (share**2).sum()
        rows.append((
            *of, found["all given"][names[m]][r, n],
            over["all given"][m, r, n], min(gains), max(gains),
            weight["all given"][m, r, n], min(parts), max(parts),
            over["none given"][m, r, n], weight["none given"][m, r, n],
            1.0 / left, np.sqrt(max(left - 1.0 / len(share), 0.0)),
        ))  # fmt: skip
        by_variant += [(v, *of, over[v][m, r, n], weight[v][m, r, n]) for v in found]
    columns = [
        "record", "number", "theory", "log_evidence", "over_random", "low", "high", "weight", "least", "most",
        "over_none_given", "weight_none_given", "effective", "error",
    ]  # fmt: skip
    heads = ["variant", "record", "number", "theory", "over_random", "weight"]
    return pd.DataFrame(rows, columns=columns), pd.DataFrame(by_variant, columns=heads)


def share_by_level(world):
    """Return the share of the control leg's steps up before the middle that changed a level."""
    back = looking_back_to(world, record_begins(world) - DAY)
    record = events_of(back, past_of(back, MIDDLE + DAY))
    ups = [
        e
        for e in record.events
        if e.direction == UP and world.instruments[record.pairs[e.pair][1]].leg == "control"
    ]
    return (sum(not e.within for e in ups) + 0.5) / (len(ups) + 1.0)


def answers(model, logs, by_spell, answered=ANSWERED):
    """Return chances at draws of the posterior: control leg kept, the USA's part of who goes first."""
    rng = np.random.default_rng([SEED, 1])
    own = logs["all given"][:, 1, 3 if by_spell else 4]
    picked = rng.choice(len(own), answered, p=np.exp(own - logsumexp(own)))
    paths = model.paths(set(model.common.signed))
    found = {}
    for k in picked:
        for s, spell in enumerate(model.record.spells):
            factors, weights = model.common.factors[s]
            played, phases = model.played(model.rows[k], s, model.common.hazards[s] if by_spell else 1.0)
            if by_spell:
                terms = path_terms(played, phases, paths[s], factors)
                logs_z = [numbers(_at(terms, z), ONE).both for z in range(len(factors))]
                chances = weights * np.exp(np.array(logs_z) - max(logs_z))
                played = at_factor(played, float(rng.choice(factors, p=chances / chances.sum())))
            game = model.central[s]
            groups = groups_of(spell.agreement, model.record.scenario, game.rule.aims)
            groups = {name: groups[name] for name in ("control", "USA", "CHN")}
            place = spell.agreement.id.split("-")[2]
            # The first phase has the same places at every draw, whatever phases come after it.
            levels = game.game.state_index(game.state_of(model.record.signed_levels[s]))
            start = played[0].states[levels]
            days = [1, *AHEAD.values()]
            said = chances_of_steps(played, groups, start, days)
            for j, when in enumerate(AHEAD):
                if j == 0 or s == 1:
                    found.setdefault(f"{place} control kept {when}", []).append(1.0 - said["control"][1 + j])
            usa, china = (-np.log1p(-said[one][0]) for one in ("USA", "CHN"))
            found.setdefault(f"{place} USA first", []).append(usa / (usa + china))
    return {question: np.array(values) for question, values in found.items()}


def _at(terms, z):
    return terms._replace(**{x: getattr(terms, x)[:, z : z + 1] for x in ("quiet", "hazard", "mark")})


def answer_rows(models, logs, weights, answered=ANSWERED):
    """Return a row for each question, theory and pace, and for their average by weight."""
    share, rows = share_by_level(models[RANDOM].common.world), []
    for by_spell in (True, False):
        pace, averages = "by spell" if by_spell else "one rate", {}
        for name, model in models.items():
            for question, values in answers(model, logs[name], by_spell, answered).items():
                step = values ** (1.0 / share) if "kept" in question else np.full(len(values), np.nan)
                row = (values.mean(), *np.quantile(values, (0.05, 0.95)), step.mean())
                rows.append((question, pace, name, *row))
                averages[question] = averages.get(question, 0.0) + weights[pace][name] * np.array(row)
        rows += [(q, pace, "average", a[0], np.nan, np.nan, a[3]) for q, a in averages.items()]
    columns = ["question", "pace", "theory", "level", "low", "high", "step"]
    return pd.DataFrame(rows, columns=columns)


def compute(budget):
    """Return evidence, its range, and answers."""
    common, few = asked(), budget.replay_draws
    draws, answered = (few, few) if few < FEW else (DRAWS, ANSWERED)
    models = {name: Model(name, common, draws) for name in (*THEORIES, RANDOM)}
    logs = {name: model.logs() for name, model in models.items()}
    given, ranged = tables(models, logs)
    after = given[given["record"] == "both"].set_index(["number", "theory"])["weight"]
    weights = {"by spell": after["both by spell"].to_dict(), "one rate": after["both at one rate"].to_dict()}
    return {
        "evidence_given": given,
        "evidence_range": ranged,
        "evidence_answers": answer_rows(models, logs, weights, answered),
    }

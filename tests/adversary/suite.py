"""Which entry point is asked about which cases, and what came of it."""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

import numpy as np

from negotiation.errors import NegotiationError
from tests.adversary import continuous_entries as continuous
from tests.adversary import repeated_entries as repeated
from tests.adversary import stage_entries as stage
from tests.adversary import transfer_entries as transfers
from tests.adversary.answers import Answer
from tests.adversary.families import Case, case, key


class Entry(NamedTuple):
    """An entry point, what asks it, and that it is asked about every so many cases of each family."""

    name: str
    ask: Callable[[Case, np.random.Generator], Answer]
    every: int = 1


DIRECTED = partial(repeated.payoff_set, tight=False, method="judd_yeltekin_conklin", directions=32)
ENTRIES = (
    Entry("verify, pure", stage.verify_pure),
    Entry("verify, mixed", stage.verify_mixed, 20),
    Entry("verify, grim trigger", repeated.verify_grim),
    Entry("solve, pure_equilibria", stage.pure_equilibria),
    Entry("solve", stage.solve, 8),
    Entry("solve, exact", stage.solve_exact, 40),
    Entry("solve, other methods", stage.solve_by_each_method, 40),
    Entry("solve_many", stage.solve_many, 40),
    Entry("correlated_equilibrium", stage.correlated_equilibrium, 20),
    Entry("extreme_correlated_payoffs", stage.extreme_correlated_payoffs, 100),
    Entry("dominated_actions", stage.dominated_actions, 20),
    Entry("minmax", stage.minmax, 40),
    Entry("critical_discount_factor, grim", repeated.critical_grim, 4),
    Entry("critical_discount_factor, profile", repeated.critical_profile, 100),
    Entry("equilibrium_payoffs", repeated.payoff_set, 20),
    Entry("equilibrium_payoffs, aps", partial(repeated.payoff_set, unlike=True, method="aps"), 60),
    Entry("equilibrium_payoffs, judd_yeltekin_conklin", DIRECTED, 100),
    Entry("bounded_payoffs", repeated.bounded_payoffs, 200),
    Entry("optimal_penal_code", repeated.optimal_penal_code, 100),
    Entry("finite_horizon_payoffs", repeated.finite_horizon_payoffs, 4),
    Entry("finite_horizon_payoff_set", repeated.finite_horizon_payoff_set, 8),
    Entry("renegotiation_proofness", repeated.renegotiation_proofness),
    Entry("markov_perfect_equilibria, pure", repeated.markov_pure, 20),
)

CONTINUOUS = (
    Entry("stationary_distribution", continuous.stationary_distribution),
    Entry("expected_event_times", continuous.expected_event_times),
    Entry("transition_probabilities", continuous.transition_probabilities, 6),
    Entry("event_probabilities", continuous.event_probabilities, 3),
    Entry("log_likelihood", continuous.log_likelihood),
    Entry("markov_perfect_equilibria, one mover", continuous.one_mover),
    Entry("logit_response", continuous.logit_response),
)
TRANSFERS = (
    Entry("transfers, two players", partial(transfers.asked, players=2, signal=False)),
    Entry("transfers, two players, signal", partial(transfers.asked, players=2, signal=True), 6),
    Entry("transfers, three players", partial(transfers.asked, players=3, signal=False)),
    Entry("transfers, three players, signal", partial(transfers.asked, players=3, signal=True), 10),
    Entry("equilibrium_payoffs, unlike discounting", transfers.unlike, 20),
    Entry("equilibrium_payoffs, extreme discounting", transfers.extreme, 2),
)
PARTS = {"periods": ENTRIES, "continuous": CONTINUOUS, "transfers": TRANSFERS}


class Count(NamedTuple):
    """What came of one part of a run.

    Parameters
    ----------
    asked, wrong, partial, refused, differing : Counter
        By entry point and family; `differing` counts games with one player in another unit of which something
        else is said than of the same game in plain units.
    reasons : Counter
        By entry point and reason.
    faults : list of str
        What was wrong, and what differed.
    games : set
        What tells one game from another.
    """

    asked: Counter
    wrong: Counter
    partial: Counter
    refused: Counter
    differing: Counter
    reasons: Counter
    faults: list
    games: set


def empty() -> Count:
    """Return the count of no run."""
    return Count(*(Counter() for _ in range(6)), [], set())


def ask(entry: Entry, found: Case, seed: list[int]) -> Answer:
    """Return an answer; a named error of the package is a refusal, any other is wrong."""
    try:
        return entry.ask(found, np.random.default_rng(seed))
    except NegotiationError as error:
        return Answer("refused", str(error).split("\n")[0][:120])
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a fault of the package
        return Answer("failed", type(error).__name__, f"{type(error).__name__}: {error}")


def run(seed: int, numbers: Iterable[int], entries: tuple[Entry, ...] = ENTRIES) -> Count:
    """Ask the entry points about the cases of these numbers."""
    count = empty()
    for number in numbers:
        found, _ = case(seed, number)
        count.games.add(hash(key(found)))
        for which, entry in enumerate(entries):
            if (number // 9 + which) % entry.every:
                continue
            at, seeds = (entry.name, found.family), [seed, number, which]
            answer = ask(entry, found, seeds)
            _add(count, at, answer, f"{entry.name}, {found.family}, case {number}")
            if found.moved and answer.said is not None:
                other = ask(entry, found.plain(), seeds)
                if other.said != answer.said:
                    count.differing[at] += 1
                    count.faults.append(
                        f"{entry.name}, {found.family}, case {number}: differs: {answer.said} {answer.reason}"
                        f" | {other.said} {other.reason}"
                    )
    return count


def _add(count: Count, at: tuple[str, str], answer: Answer, where: str) -> None:
    count.asked[at] += 1
    if answer.wrong:
        count.wrong[at] += 1
        count.faults.append(f"{where}: WRONG: {answer.wrong}")
    elif answer.status == "refused":
        count.refused[at] += 1
        count.reasons[at[0], answer.reason] += 1
    elif answer.status != "complete":
        count.partial[at] += 1
        count.reasons[at[0], answer.reason] += 1


def together(counts: Iterable[Count]) -> Count:
    """Return the sum of several counts."""
    total = empty()
    for count in counts:
        for sum_, part in zip(total[:6], count[:6], strict=True):
            sum_.update(part)
        total.faults.extend(count.faults)
        total.games.update(count.games)
    return total

"""The catalogue of games of the literature by citation, with their published values.

Values are listed only as the source states them, so that tests compare with the source and not with earlier
results of the program. Games without a published number are listed for their properties.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeAlias

from negotiation.base.labelled import Table, Tabular, is_number
from negotiation.errors import UnknownGame
from negotiation.game_theory.games.catalogue import dynamic_games as dynamic
from negotiation.game_theory.games.catalogue import repeated_games as repeated
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.games.repeated import RepeatedGame
from negotiation.game_theory.games.stage import StageGame
from negotiation.game_theory.games.stochastic import StochasticGame

AnyGame: TypeAlias = StageGame | RepeatedGame | StochasticGame | ContinuousTimeGame


@dataclass(frozen=True)
class PublishedGame(Tabular):
    """A published game, with its citation and its published values."""

    name: str
    source: str
    # What it is about, in a sentence.
    says: str
    # Makes the game; parameters have the published values by default.
    build: Callable[..., Any] = field(repr=False)
    # The file of tests that holds the program to it.
    test: str
    # Published values, each under the words that say of what. Empty where only properties are tested.
    known: Mapping[str, Any] = field(default_factory=dict)
    # Makes what comes with the game, as its static games.
    parts: Callable[..., Any] | None = field(default=None, repr=False)
    # The public page or file on which game and values were compared, and what of them it shows. Empty where
    # none was at hand: the values are then those that the literature is known to have, held by tests alone.
    checked: str = ""

    def game(self, **parameters: object) -> AnyGame:
        """Return the game; keyword arguments replace the published values of its parameters.

        Examples
        --------
        >>> import negotiation as ng
        >>> ng.catalogue()["dal-bo-frechette-2011"].game(reward=32).payoffs[0, 0].tolist()
        [32.0, 32.0]
        """
        made: AnyGame = self.build(**parameters)
        return made

    @property
    def cited(self) -> str:
        """Authors and year of the (first) source, without its title."""
        authors, year, _ = re.split(r"(, \d{4})", self.source, maxsplit=1)
        return authors + year

    def table(self) -> Table:
        """Return a table with one row for each published value of the game."""
        rows = tuple((words, _short(value)) for words, value in self.known.items())
        title = f"{self.name}: {self.source}; checked: {self.checked or 'on no page'}"
        return Table(title, ("of", "published"), rows or (("property only", ""),))


class Catalogue(Mapping[str, PublishedGame], Tabular):
    """The published games, as a mapping from name to `PublishedGame`.

    Parameters
    ----------
    entries : iterable of PublishedGame
        The games, in the order in which they are listed.

    Examples
    --------
    >>> import negotiation as ng
    >>> "abreu-sannikov-2014" in ng.catalogue()
    True
    """

    def __init__(self, entries: Iterator[PublishedGame] | tuple[PublishedGame, ...]) -> None:
        self._entries = {entry.name: entry for entry in entries}

    def __getitem__(self, name: str) -> PublishedGame:
        if name not in self._entries:
            raise UnknownGame(name, tuple(self._entries))
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def table(self) -> Table:
        """Return a table of the games: name, source, number of published values, and whether checked online.

        "on a page" means that game and values were compared with the public page or file in `checked`.
        """
        rows = tuple(
            (entry.name, entry.cited, len(entry.known) or "none", "on a page" if entry.checked else "no")
            for entry in self.values()
        )
        return Table("published games", ("name", "source", "values", "checked"), rows)


def _short(value: object) -> object:
    if is_number(value) and not isinstance(value, Fraction):
        return value
    text = str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


ONCE = "tests/golden/test_catalogue.py"
SETS = "tests/golden/test_payoff_sets.py"
NEGOTIATION = "tests/golden/test_negotiation.py"
DYNAMIC = "tests/golden/test_dynamic_games.py"

_KRANZ = "Goldluecke and Kranz, 2022, Reconciling relational contracting and hold-up"

# State: what is agreed on; r_1, r_2; v_1, v_2; U, as printed, to two digits.
_ARMS_RACE = MappingProxyType({
    "0_0": (("wb", "wb"), (-0.27, -0.27), (-0.27, -0.27), -0.53),
    "0_1": (("wb", "w"), (-0.39, -0.18), (-0.40, -0.19), -0.57),
    "0_2": (("w", "w"), (-0.48, -0.12), (-0.50, -0.14), -0.60),
    "0_3": (("w", "w"), (-0.53, -0.09), (-0.56, -0.12), -0.63),
    "1_0": (("w", "wb"), (-0.18, -0.39), (-0.19, -0.40), -0.57),
    "1_1": (("w", "w"), (-0.30, -0.30), (-0.33, -0.33), -0.60),
    "1_2": (("w", "w"), (-0.42, -0.27), (-0.45, -0.30), -0.69),
    "1_3": (("w", "w"), (-0.48, -0.25), (-0.51, -0.28), -0.72),
    "2_0": (("w", "w"), (-0.12, -0.48), (-0.14, -0.50), -0.60),
    "2_1": (("w", "w"), (-0.27, -0.42), (-0.30, -0.45), -0.69),
    "2_2": (("w", "w"), (-0.39, -0.39), (-0.43, -0.43), -0.78),
    "2_3": (("w", "w"), (-0.44, -0.36), (-0.48, -0.40), -0.80),
    "3_0": (("w", "w"), (-0.09, -0.53), (-0.12, -0.56), -0.63),
    "3_1": (("w", "w"), (-0.25, -0.48), (-0.28, -0.51), -0.72),
    "3_2": (("w", "w"), (-0.36, -0.44), (-0.40, -0.48), -0.80),
    "3_3": (("w", "w"), (-0.41, -0.41), (-0.45, -0.45), -0.81),
})  # fmt: skip

# State: U; v_1, v_2, as printed, to two digits.
_RESERVES = MappingProxyType({
    "0_0": (60.33, (30.17, 30.17)),
    "0_1": (66.67, (30.17, 36.50)),
    "0_2": (72.33, (30.17, 42.17)),
    "0_3": (77.33, (30.17, 47.17)),
    "0_4": (81.67, (30.17, 51.50)),
    "0_5": (85.33, (30.17, 55.17)),
})  # fmt: skip

_NAU = "Nau, Gomez Canovas and Hansen, 2004, On the geometry of Nash equilibria and correlated equilibria"
_DYNGAME = "examples of the R package dyngame (Kranz)"
_RELATIONAL = "articles of the R package RelationalContracts (Kranz)"

_VERTICES = (
    (1.12568240, 2.8), (7.33770472, 0), (7.86308964, 0),
    (19.79179770, 2.8), (15.56308964, 9.1), (7.33770472, 10.98262528),
)  # fmt: skip

_ONCE = (
    PublishedGame(
        "von-neumann-1928", "von Neumann, 1928, Zur Theorie der Gesellschaftsspiele",
        "Matching pennies, whose value is in mixed strategies.", repeated.pennies, ONCE,
        {"value": 0, "chance of each side": 0.5},
        checked="Matching pennies (Wikipedia): the game, its value and its chances",
    ),
    PublishedGame(
        "luce-raiffa-1957", "Luce and Raiffa, 1957, Games and Decisions",
        "Two who want to go out together and not to the same place.", repeated.battle_of_the_sexes, ONCE,
        {"pure payoffs": ((1, 2), (2, 1)), "mixed payoff": 0.2},
    ),
    PublishedGame(
        "shapley-1964", "Shapley, 1964, Some topics in two-person games",
        "Fictitious play goes round for ever.", repeated.fictitious_play_cycles, ONCE,
        {"payoff of either": 1 / 3, "chance of each action": 1 / 3},
    ),
    PublishedGame(
        "aumann-1974", "Aumann, 1974, Subjectivity and correlation in randomized strategies",
        "A mediator can make both better off than the mixed equilibrium does.", repeated.chicken, ONCE,
        {"pure payoffs": ((2, 7), (7, 2)), "mixed payoff": 14 / 3, "a correlated payoff": (5, 5)},
    ),
    PublishedGame(
        "aumann-1990", "Aumann, 1990, Nash equilibria are not self-enforcing",
        "Who announces the better equilibrium tells nothing.", repeated.stag_hunt, ONCE,
        {"pure payoffs": ((7, 7), (9, 9))},
    ),
    PublishedGame(
        "jordan-1993", "Jordan, 1993, Three problems in learning mixed-strategy Nash equilibria",
        "Three match pennies; no equilibrium is pure.", repeated.three_pennies, ONCE,
        {"pure equilibria": 0},
    ),
    PublishedGame(
        "basu-1994", "Basu, 1994, The traveler's dilemma",
        "Each names a number, and the lower one is rewarded.", repeated.travelers_dilemma, ONCE,
        {"pure payoffs": ((2, 2),)},
    ),
    PublishedGame(
        "mckelvey-mclennan-1996", "McKelvey and McLennan, 1996, Computation of equilibria in finite games",
        "Three players with two actions each have nine equilibria, the most there can be.",
        repeated.three_with_nine, ONCE, {"equilibria": 9, "completely mixed": 2},
        checked="catalog/gamefiles/2x2x2.nfg of Gambit: payoffs and both numbers",
    ),
    PublishedGame(
        "nau-gomez-canovas-hansen-2004-irrational", f"{_NAU}, section 4",
        "Three players whose one equilibrium has irrational chances.", repeated.three_irrational, ONCE,
        {"equilibria": 1}, checked="catalog/nau2004/sec4.nfg of Gambit: payoffs, and that there is one",
    ),
    PublishedGame(
        "nau-gomez-canovas-hansen-2004-curve", f"{_NAU}, section 5",
        "Three players with a continuum of completely mixed equilibria.", repeated.three_on_a_curve, ONCE,
        {"pure equilibria": 3, "incompletely mixed": 2, "dimension of the completely mixed": 1},
        checked="catalog/nau2004/sec5.nfg of Gambit: payoffs, the pure ones and the continuum",
    ),
    PublishedGame(
        "nau-gomez-canovas-hansen-2004-segment", f"{_NAU}, section 6",
        "The equilibria of three players are a line segment.", repeated.three_on_a_segment, ONCE,
        {"dimension of all": 1}, checked="catalog/nau2004/sec6.nfg of Gambit: payoffs and the segment",
    ),
    PublishedGame(
        "gambit-3x3x3", "McKelvey, McLennan and Turocy, 2014, Gambit: software tools for game theory",
        "Three players with three actions each.", repeated.gambit_three_by_three, ONCE,
        {"equilibria": 5, "pure equilibria": 2},
        checked="contrib/games/3x3x3.nfg of Gambit: payoffs and both numbers",
    ),
    PublishedGame(
        "ochs-1995", "Ochs, 1995, Games with unique, mixed strategy equilibria",
        "Pennies with a prize for one match.", repeated.pennies_with_a_prize, ONCE,
        {"prizes": (4, 9), "column's chance of left": (0.2, 0.1)},
    ),
    PublishedGame(
        "goeree-holt-2001", "Goeree and Holt, 2001, Ten little treasures of game theory",
        "Own payoffs should not matter to own choices, and do.", repeated.matching_pennies, ONCE,
        {"column's chance of left at 320": 0.125, "row's chance of top": 0.5},
    ),
    PublishedGame(
        "van-huyck-battalio-beil-1990", "Van Huyck, Battalio and Beil, 1990, Tacit coordination games",
        "All want to work as hard as the one who works least.", repeated.least_effort, ONCE,
        {"pure payoffs": tuple((pay, pay) for pay in (0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3))},
    ),
    PublishedGame(
        "maynard-smith-1982", "Maynard Smith, 1982, Evolution and the Theory of Games",
        "Hawks fight, doves share.", repeated.hawks_and_doves, ONCE,
        {"chance of a hawk": "value over cost"},
    ),
)  # fmt: skip

_REPEATED = (
    PublishedGame(
        "axelrod-1984", "Axelrod, 1984, The Evolution of Cooperation",
        "The dilemma of the tournaments, with 5, 3, 1 and 0.", repeated.tournament, ONCE,
        {"grim trigger from": 0.5},
    ),
    PublishedGame(
        "fudenberg-maskin-1986", "Fudenberg and Maskin, 1986, The folk theorem in repeated games",
        "Example 3: three with one interest cannot be held to what each alone can.", repeated.three_who_match,
        ONCE, {"no payoff below": 0.25},
    ),
    PublishedGame(
        "abreu-milgrom-pearce-1991",
        "Abreu, Milgrom and Pearce, 1991, Information and timing in repeated partnerships",
        "Partners see one common signal; payoffs are those of Mailath and Samuelson (2006).",
        repeated.partnership, ONCE, {"best symmetric payoff": "R - h / (l - 1), l the likelihood ratio"},
    ),
    PublishedGame(
        "judd-yeltekin-conklin-2003", "Judd, Yeltekin and Conklin, 2003, Computing supergame equilibria",
        "A duopoly on a grid, in their manner and not with their numbers.", repeated.duopoly, ONCE,
    ),
    PublishedGame(
        "dal-bo-frechette-2011", "Dal Bo and Frechette, 2011, The evolution of cooperation in infinitely "
        "repeated games", "The dilemmas of their experiments.", repeated.experiment,
        "tests/unit/game_theory/solvers/closed_forms/test_strategic_risk.py",
        {
            "rewards": (32, 40, 48),
            "cooperation possible from": (0.72, 0.4, 0.08),
            "risk-dominant from": (0.82, 0.61, 0.39),
        },
    ),
    PublishedGame(
        "abreu-sannikov-2014", "Abreu and Sannikov, 2014, An algorithm for two-player repeated games",
        "Their example of three actions each.", repeated.three_by_three, SETS,
        {"vertices at 0.3": _VERTICES},
        checked="tests of the library QuantEcon.py: the game, and the vertices to nine digits",
    ),
    PublishedGame(
        "green-porter-1984",
        "Green and Porter, 1984, Noncooperative collusion under imperfect price information",
        "A duopoly that sees its price alone, in their manner and not with their numbers.",
        repeated.price_wars, DYNAMIC,
    ),
)  # fmt: skip

_STATES = (
    PublishedGame(
        "gillette-1957", "Gillette, 1957, Stochastic games with zero stop probabilities, and Blackwell and "
        "Ferguson, 1968, The big match", "A guess of 1 is the last.", dynamic.big_match, ONCE,
        {"value": 0.5, "chance of the last guess": "(1 - delta) / (2 - delta)"},
    ),
    PublishedGame(
        "kranz-paradise", _KRANZ, "A dilemma that ends once both cooperate.", dynamic.paradise,
        NEGOTIATION,
        {
            "negotiated at rho 0.1": (2, 2), "worst at rho 0.1": (2 / 11, 2 / 11), "joint at rest": 4,
            "negotiated by turns at rho 0.5": (2, 1),
            "negotiated by turns at rho 0.5 and delta 0.6": (2, 2, 1.2),
        },
        checked=f"{_RELATIONAL}, Gangsta's Paradise: the game, its payoffs but the worst, and the cycles",
    ),
    PublishedGame(
        "kranz-vulnerability", _KRANZ, "One chooses whether the other will be able to harm him.",
        dynamic.mutual_gifts, NEGOTIATION,
        {"joint if not vulnerable": 0.84, "joint if vulnerable": 0.99, "worst if vulnerable": (-1, 0)},
        checked="Analyzing Relational Contracts with R, part 2 (Kranz): the game, the efforts and payoffs "
        "if not vulnerable",
    ),
    PublishedGame(
        "kranz-arms-race", _KRANZ, "Two sides build weapons, which cost.", dynamic.arms_race, NEGOTIATION,
        {"at rho 0.65 with 1,000 periods": _ARMS_RACE},
        checked=f"{_RELATIONAL}, Arms Race: the rules of the game and the chance of success",
    ),
    PublishedGame(
        "kranz-intensifying", _KRANZ, "Both make themselves more vulnerable, for good.",
        dynamic.intensifying_game, NEGOTIATION,
        {
            "joint at rho 0 from 0_0": 0.838125,
            "joint at rho 0 from 0.5_0.5": 0.96,
            "worst at rho 0 from 0.5_0.5": (-0.5, -0.5),
        },
        dynamic.intensifying_gifts,
    ),
    PublishedGame(
        "abreu-brooks-sannikov-2016",
        "Abreu, Brooks and Sannikov, 2016, A pencil-sharpening algorithm for stochastic games",
        "A dilemma in two states, and cooperation changes the state as often as defection does.",
        dynamic.two_dilemmas, DYNAMIC,
        {"cooperation in both states": 0.357, "none in either": 0.356},
        checked=f"{_DYNGAME}, section 4.4: the game, and both discount factors, with transfers and without",
    ),
    PublishedGame(
        "goldluecke-kranz-2018",
        "Goldluecke and Kranz, 2018, Discounted stochastic games with voluntary transfers",
        "A duopoly sells water out of reserves into which some flows at random.", dynamic.reserves,
        DYNAMIC, {"joint and worst payoffs from the first states": _RESERVES},
        checked=f"{_DYNGAME}, section 4.3: the game, and the payoffs to two digits",
    ),
    PublishedGame(
        "yeltekin-cai-judd-2017", "Yeltekin, Cai and Judd, 2017, Computing equilibria of dynamic games",
        "A duopoly that builds capacity, in their manner and not with their numbers.",
        dynamic.capacities, DYNAMIC,
    ),
    PublishedGame(
        "threats-that-run-out-2026", "This project, 2026, Threats that run out",
        "A control is deterred by a curb that costs its user and harms once a stock is used up.",
        dynamic.threats_that_run_out, DYNAMIC,
        {"largest gain at cover 1": Fraction(16, 25), "at cover 2 and a loss of 21/40": Fraction(88, 225)},
    ),
)  # fmt: skip

_CONTINUOUS = (
    PublishedGame(
        "rust-1987", "Rust, 1987, Optimal replacement of GMC bus engines",
        "When to replace a bus engine, with his estimates in another clock: at random dates.",
        dynamic.bus_engines, DYNAMIC,
    ),
    PublishedGame(
        "blevins-2025",
        "Blevins, 2025, Identification and estimation of continuous time dynamic discrete choice games",
        "Rust's buses with decisions and miles at random dates; `.parts()` are the months that were seen.",
        dynamic.buses_at_random_dates, DYNAMIC,
        {
            "log likelihood": -13938.51,
            "estimates": {"rate": 0.032, "mileage": 0.526, "cost": -1.257, "replacement": -8.072},
            "standard errors": {"rate": 0.005, "mileage": 0.006, "cost": 0.285, "replacement": 1.345},
            "log likelihood at a rate of one": -13947.55,
            "estimates at a rate of one": {"mileage": 0.526, "cost": -0.533, "replacement": -8.081},
            "log likelihood of two rates": -13937.66,
            "estimates of two rates": {
                "rate": 0.022, "rate_above": 0.033, "mileage": 0.526, "cost": -1.711, "replacement": -9.643
            },
        },
        parts=dynamic.bus_months,
    ),
    PublishedGame(
        "pesendorfer-schmidt-dengler-2008",
        "Pesendorfer and Schmidt-Dengler, 2008, Asymptotic least squares estimators for dynamic games",
        "Two firms for one of whom there is room, with their payoffs in another clock: several equilibria.",
        dynamic.one_market_for_two, DYNAMIC,
    ),
    PublishedGame(
        "pakes-mcguire-1994", "Pakes and McGuire, 1994, Computing Markov-perfect Nash equilibria",
        "Two firms on a ladder of quality, in their manner and not with their numbers.",
        dynamic.quality_ladder, DYNAMIC,
    ),
    PublishedGame(
        "doraszelski-judd-2012",
        "Doraszelski and Judd, 2012, Avoiding the curse of dimensionality in dynamic stochastic games",
        "Two firms enter a market and leave it, in continuous time and not with numbers of theirs.",
        dynamic.entry_and_exit, DYNAMIC,
    ),
)  # fmt: skip


def catalogue() -> Catalogue:
    """Return the games of the literature that the package knows, with their published values.

    Returns
    -------
    Catalogue
        A mapping from name to `PublishedGame`. An entry has the citation as `.source`, the game itself as
        `.game()`, published values as `.known`, and the test that compares with them as `.test`.

    Examples
    --------
    >>> import negotiation as ng
    >>> entry = ng.catalogue()["abreu-sannikov-2014"]
    >>> found = ng.equilibrium_payoffs(entry.game())
    >>> len(found.vertices) == len(entry.known["vertices at 0.3"])
    True
    """
    return Catalogue((*_ONCE, *_REPEATED, *_STATES, *_CONTINUOUS))

"""Agreements as users meet them: the text on record, with what it comes to in a game."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from negotiation.games import RepeatedGame
from negotiation.labelled import Table, Tabular
from negotiation.strategies import Automaton
from negotiation.truces.compiling.clock import Clock
from negotiation.truces.compiling.compiler import Choices, Outside, compiled_text
from negotiation.truces.compiling.readings import ReadingPair, reading_pair
from negotiation.truces.record.agreement_text import AgreementText, read_agreement
from negotiation.truces.record.contract import LinkageKind
from negotiation.truces.verdicts.under_noise import NoiseVerdicts, noise_verdicts
from negotiation.world import Scenario, State


class Agreement(Tabular, AgreementText):
    """A dated agreement. Load one by name with `truce`.

    Examples
    --------
    >>> geneva = truce("2025-05-geneva")
    >>> str(geneva.in_force), geneva.clock_days, dict(geneva.covered())
    ('2025-05-14', 90, {('USA', 'tariff'): 'geneva', ('CHN', 'tariff'): 'geneva'})
    """

    def table(self) -> Table:
        """Return one row for each clause: whom it binds in what, how well it is checked, what was seen."""
        rows = tuple(
            (
                clause.id, clause.side, clause.record_instrument, clause.level, clause.covered,
                clause.verifiability, clause.observed,
            )
            for clause in self.clauses
        )  # fmt: skip
        columns = ("clause", "side", "instrument", "level", "covered", "can be checked", "observed")
        return Table(f"{self.title}, signed {self.signed}", columns, rows)

    def compile(
        self,
        scenario: Scenario,
        *,
        outside: Outside = "moment",
        linkage: LinkageKind | None = None,
        clock: Clock = "counted",
        state: State | None = None,
    ) -> Automaton | ReadingPair:
        """Return the strategies that the agreement comes to, over the public signals of its alarms.

        Parameters
        ----------
        scenario : Scenario
            Payoffs, patience, laws, and what is seen.
        outside : {"moment", "custom"}, optional
            Instruments that the text does not bind: at a stage equilibrium of the residual game, or as they
            were before the signing.
        linkage : str, optional
            A kind of linkage in place of the agreement's own.
        clock : {"counted", "memoryless", "none"}, optional
            Whether states count the periods of the term, every period may end it, or nothing does.
        state : State, optional
            State of the world; the scenario's default if not given.

        Returns
        -------
        Automaton or ReadingPair
            A pair where readings differ; its clock is memoryless. To be verified in `game`.

        Raises
        ------
        UnknownCountry, UnknownInstrument, UnknownLevel
            As named, with the clause.
        IllegalMove
            If the law forbids a level that a clause prescribes.
        InvalidProbabilities, InvalidGame, SizeLimit
            If an alarm would tell nothing, nothing is prescribed, or there are too many states.

        Examples
        --------
        >>> from negotiation.checks.verify import verify
        >>> from negotiation.world import load_scenario
        >>> scenario, busan = load_scenario("us-china-2025"), truce("2025-10-busan")
        >>> verify(busan.game(scenario), busan.compile(scenario)).concept
        'perfect public equilibrium'
        """
        choices = Choices(outside, linkage, clock, state)
        if self.readings:
            return reading_pair(self, scenario, choices)
        return compiled_text(self, scenario, choices).automaton

    def game(
        self,
        scenario: Scenario,
        *,
        outside: Outside = "moment",
        linkage: LinkageKind | None = None,
        clock: Clock = "counted",
        state: State | None = None,
    ) -> RepeatedGame:
        """Return the repeated game, with the public signal of alarms, that the agreement is played in.

        Parameters
        ----------
        scenario, outside, linkage, clock, state
            As in `compile`.
        """
        choices = Choices(outside, linkage, clock, state)
        if self.readings:
            return reading_pair(self, scenario, choices).game
        return compiled_text(self, scenario, choices).game

    def verdict(self, scenario: Scenario, state: State | None = None) -> NoiseVerdicts:
        """Return the verdict on the text under noise, by leg; readings are left aside.

        `replay` gives the verdict without noise beside the record.

        Parameters
        ----------
        scenario : Scenario
            Payoffs, patience, laws, and what is seen.
        state : State, optional
            State of the world; the scenario's default if not given.

        Examples
        --------
        >>> from negotiation.world import load_scenario
        >>> truce("2025-10-busan").verdict(load_scenario("us-china-2025"))["tariff"].words
        'holds'
        """
        return noise_verdicts(self, scenario, state)


def truce(name: str | Path) -> Agreement:
    """Return the agreement of a name, or of a file outside the package.

    Parameters
    ----------
    name : str or Path
        A name from `truce_names(placebos=True)`, or the path of an agreement's file (a `Path`, or a string
        that ends in ".toml").

    Raises
    ------
    UnknownTruce
        No agreement of this name is in the records; the nearest names are offered.
    InvalidFile
        The file of the agreement has a fault.

    Examples
    --------
    >>> truce("2025-10-busan").covered()[("USA", "entity_list")]
    'listed_only'
    >>> truce("geneva")
    Traceback (most recent call last):
    ...
    negotiation.errors.UnknownTruce: no truce 'geneva'; did you mean '2025-05-geneva'? Known: ...
    """
    if isinstance(name, Path) or name.endswith(".toml"):
        return read_agreement(name, Agreement)
    return _on_record(name)


@cache
def _on_record(name: str) -> Agreement:
    return read_agreement(name, Agreement)

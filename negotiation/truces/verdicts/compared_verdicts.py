"""Comparison of verdicts: the effect of another parameter, another text or another day.

Nothing is solved here. Results of `verdict` are put into one table by leg and theory, with the differences
between the questions and between the answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table
from negotiation.errors import InvalidOptions, shown
from negotiation.truces.verdicts.drawn import BREAKS
from negotiation.truces.verdicts.theory_verdicts import ByLegAndTheory, TheoryVerdict, TheoryVerdicts

NOT_ASKED = "not asked"
# Verdicts that can be compared.
LEAST = 2


@dataclass(frozen=True)
class ComparedVerdict:
    """Several verdicts on one leg under one theory.

    Parameters
    ----------
    leg : str
        Name of the leg.
    theory : str
        Name of the theory.
    verdicts : mapping from str to TheoryVerdict
        Verdicts by label, in the order given. Labels whose results lack this leg and theory are left out. The
        first of the others is the reference.

    Examples
    --------
    >>> from negotiation.truces.verdicts.verdict import verdict
    >>> geneva, busan = (verdict(f"2025-{place}", theories=["moment"]) for place in ("05-geneva", "10-busan"))
    >>> row = compare_verdicts({"Geneva": geneva, "Busan": busan}).find("other", "moment")
    >>> {label: one.holds for label, one in row.verdicts.items()}, row.changed
    ({'Geneva': False, 'Busan': True}, True)
    """

    leg: str
    theory: str
    verdicts: Mapping[str, TheoryVerdict]

    @property
    def changed(self) -> bool:
        """Whether the verdicts differ."""
        return len({verdict.word for verdict in self.verdicts.values()}) > 1

    @property
    def words(self) -> str:
        """Differences from the first verdict, in words: other verdicts or departures; empty without any."""
        reference, *_ = self.verdicts.values()
        differences = []
        for label, verdict in self.verdicts.items():
            if verdict.word != reference.word:
                what = f"breaks, by {verdict.first}" if verdict.word == BREAKS else verdict.word
            elif verdict.word == BREAKS and verdict.first != reference.first:
                what = f"breaks otherwise, by {verdict.first}"
            else:
                continue
            # Of two it is clear which one is meant.
            differences.append(what if len(self.verdicts) == LEAST else f"{label}: {what}")
        return "; ".join(differences)


@dataclass(frozen=True, eq=False)
class ComparedVerdicts(ByLegAndTheory[ComparedVerdict], Drawable):
    """Verdicts side by side, by leg and theory. Make one with `compare_verdicts`.

    Parameters
    ----------
    verdicts : mapping from str to TheoryVerdicts
        The compared results by label. The first is the reference.
    rows : tuple of ComparedVerdict
        One for each leg and theory, ordered by leg.
    names : mapping from str to str
        Print names of the identifiers.

    Examples
    --------
    >>> from negotiation.truces.verdicts.verdict import verdict
    >>> from negotiation.disputes.loading import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> dear = {"security_weight": 2 * scenario.parameters["security_weight"]}
    >>> both = {
    ...     "as it is": verdict("2025-05-geneva", scenario, theories=["moment"]),
    ...     "security counts double": verdict(
    ...         "2025-05-geneva", scenario.with_parameters(dear), theories=["moment"]
    ...     ),
    ... }
    >>> compared = compare_verdicts(both)
    >>> compared.asked().rows
    (('security_weight', 0.5, 1.0),)
    >>> [(row.leg, row.changed) for row in compared]
    [('tariff', False), ('control', False), ('other', False)]
    """

    _figure = "truces.theories:compared_verdicts_figure"

    verdicts: Mapping[str, TheoryVerdicts]
    rows: tuple[ComparedVerdict, ...]
    names: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def changed(self) -> tuple[ComparedVerdict, ...]:
        """Rows on which the verdicts differ."""
        return tuple(row for row in self.rows if row.changed)

    def table(self) -> Table:
        """Return one row for each leg and theory: each verdict, and what changes between them.

        Returns
        -------
        Table
            The leg, the theory, and one column per label, with the verdict, its margin in percent of GDP and,
            if there are draws, the share of draws in which the leg holds; "not asked" if a result lacks the
            leg and theory. The last column says how the others differ from the first.
        """
        rows = tuple(
            (row.leg, row.theory, *(_cell(row.verdicts.get(label)) for label in self.verdicts), row.words)
            for row in self.rows
        )
        shares = any(case.draws for case in self.verdicts.values())
        drawn = ", and share of draws, in which a value that was set is held" if shares else ""
        title = f"verdicts compared: margin, % GDP{drawn}"
        return Table(title, ("leg", "theory", *self.verdicts, "what changes"), rows, self.names)

    def _numbers(self) -> Table:
        rows = tuple(
            (row.leg, row.theory, label, verdict.word, verdict.margin, verdict.share)
            for row in self.rows
            for label, verdict in row.verdicts.items()
        )
        return Table("", ("leg", "theory", "of", "verdict", "margin", "share"), rows, self.names)

    def asked(self) -> Table:
        """Return the settings in which the verdicts differ.

        Returns
        -------
        Table
            One row for each setting that differs (agreement, scenario, state, moving components, size, draws
            or a parameter) and one column for each verdict. Empty if nothing differs.
        """
        questions = [case.batch for case in self.verdicts.values()]
        settings: dict[str, list[object]] = {
            "agreement": [case.agreement for case in self.verdicts.values()],
            "scenario": [case.scenario.name for case in questions],
            "state": [case.state.likely.label for case in self.verdicts.values()],
            "moving": [" and ".join(case.moving) or "nothing" for case in self.verdicts.values()],
            "size": [case.size for case in self.verdicts.values()],
            "draws": [case.draws for case in self.verdicts.values()],
        }
        for name in dict.fromkeys(name for case in questions for name in case.scenario.parameters):
            settings[name] = [case.scenario.parameters.get(name) for case in questions]
        rows = tuple(
            (name, *each) for name, each in settings.items() if any(case != each[0] for case in each)
        )
        return Table("what was asked otherwise", ("", *self.verdicts), rows, self.names)


def compare_verdicts(verdicts: Mapping[str, TheoryVerdicts]) -> ComparedVerdicts:
    """Compare verdicts on each leg under each theory.

    Margins are at the parameter values of each scenario. Shares are over draws from its ranges; parameters
    that `scenario.with_parameters` set are not drawn.

    Parameters
    ----------
    verdicts : mapping from str to TheoryVerdicts
        At least two results of `verdict`, by label. The first is the reference. Agreements, scenarios, days
        and theories may differ.

    Returns
    -------
    ComparedVerdicts
        One row for each leg and theory. See `.table()`, `.asked()`, `.changed` and `.find(leg, theory)`.

    Raises
    ------
    InvalidOptions
        If `verdicts` is not a mapping, has fewer than two entries, or has a value that is not a result of
        `verdict`.

    Examples
    --------
    What a clause on chip controls would change in Busan, under two theories:

    >>> from negotiation.truces.verdicts.agreements import truce
    >>> from negotiation.truces.verdicts.verdict import verdict
    >>> busan = truce("2025-10-busan")
    >>> wider = busan.with_clause("USA", "chip_control", "h20_stopped")
    >>> two = ["moment", "custom in kind"]
    >>> compared = compare_verdicts(
    ...     {"as signed": verdict(busan, theories=two), "with chips": verdict(wider, theories=two)}
    ... )
    >>> compared.find("control", "moment").words
    'holds'
    """
    if not isinstance(verdicts, Mapping):
        raise InvalidOptions(
            "`verdicts` must be a mapping from labels to results of `negotiation.verdict`, such as "
            f"{{'as it is': verdict(...), 'security counts double': verdict(...)}}; got {shown(verdicts)}"
        )
    if len(verdicts) < LEAST:
        raise InvalidOptions(f"`verdicts` must have at least two entries; got {len(verdicts)}")
    for label, case in verdicts.items():
        if not isinstance(case, TheoryVerdicts):
            raise InvalidOptions(
                f"the entry {shown(label)} of `verdicts` must be a result of `negotiation.verdict`; got "
                f"{type(case).__name__}. A result of `negotiation.replay` has its own tables"
            )
    given = {str(label): case for label, case in verdicts.items()}
    pairs = dict.fromkeys((row.leg, row.theory) for case in given.values() for row in case)
    legs = list(dict.fromkeys(leg for leg, _ in pairs))
    by_pair = {label: {(row.leg, row.theory): row for row in case} for label, case in given.items()}
    rows = tuple(
        ComparedVerdict(*pair, {label: own[pair] for label, own in by_pair.items() if pair in own})
        for pair in sorted(pairs, key=lambda pair: legs.index(pair[0]))
    )
    names = {name: title for case in given.values() for name, title in case.names.items()}
    return ComparedVerdicts(given, rows, names)


def _cell(verdict: TheoryVerdict | None) -> str:
    """Return a verdict, its margin and its share of draws as the text of a cell."""
    if verdict is None:
        return NOT_ASKED
    share = "" if verdict.share is None else f" ({verdict.share:.2f})"
    return f"{verdict.word} {verdict.margin:.2g}{share}"

"""The class `Panel`: its tables, its spells, and predictions for truces that are not in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.progress import Progress
from negotiation.errors import InvalidOptions, UnknownName, shown
from negotiation.truce_panel.answers import answer_table, renewal_table
from negotiation.truce_panel.keeping import Keeping, keeping
from negotiation.truce_panel.numerics import NUMERICS
from negotiation.truce_panel.scores import HORIZONS, LeftOut, PanelScores, panel_scores
from negotiation.truce_panel.spells import (
    FIRST,
    KEPT_BACK,
    WHEN_KNOWN,
    Card,
    Spell,
    among,
    cards_of,
    spells_of,
    when_known,
)
from negotiation.truce_panel.survival import SurvivalCurves, rate_table
from negotiation.truce_panel.tables import LEGS, Measure, Outcome, Tables, Truce, joined, read_tables
from negotiation.truce_panel.theory_shares import TheoryShares

if TYPE_CHECKING:
    import pandas as pd

    from negotiation.disputes import Scenario
    from negotiation.truces.verdicts.agreements import Agreement

# The truces to which the models were first fitted. Decisions 66 to 69 and the frozen forecasts use these.
OWN = Path(__file__).parent / "data"
UNSEEN = OWN / "kept_back"
LICENCE = "CC BY 4.0; the source of each row is in it"


class UnknownPanelTruce(UnknownName):
    """Raised if the panel has no truce of this name."""

    noun = "truce of the panel"


@dataclass(frozen=True, eq=False)
class Panel(Tabular, Drawable):
    """Truces over economic measures, with their texts and the fate of each part. Make one with `panel`.

    `panel[truce_id]` is the panel of a single truce.

    Parameters
    ----------
    tables : Tables
        Truces, measures and outcomes, as read from the files.

    Examples
    --------
    >>> import negotiation as ng
    >>> panel = ng.panel()
    >>> len(panel.truces), len(panel.instruments), len(panel.outcomes)
    (72, 466, 270)
    """

    _figure = "truces.panel:panel_figure"

    tables: Tables

    @property
    def truces(self) -> tuple[Truce, ...]:
        """The truces: their sides, days and form."""
        return self.tables.truces

    @property
    def instruments(self) -> tuple[Measure, ...]:
        """The measures that the texts bind or leave out."""
        return self.tables.instruments

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The first harsher step, if any, in each part of a truce: a leg, bound or left out."""
        return self.tables.outcomes

    def __getitem__(self, truce_id: str) -> Panel:
        """Return the panel of a single truce."""
        UnknownPanelTruce.unless_in(truce_id, [truce.truce_id for truce in self.truces])
        return Panel(
            replace(
                self.tables,
                truces=tuple(truce for truce in self.truces if truce.truce_id == truce_id),
                instruments=tuple(measure for measure in self.instruments if measure.truce_id == truce_id),
                outcomes=tuple(outcome for outcome in self.outcomes if outcome.truce_id == truce_id),
                sets=(),
            )
        )

    @cached_property
    def _spells(self) -> tuple[Spell, ...]:
        return spells_of(self.tables)

    def to_pandas(self) -> pd.DataFrame:
        """Return the rows of `spells` as a data frame.

        Returns
        -------
        pandas.DataFrame
            One row per truce, leg and coverage. For the printed rates by leg use `.table().to_pandas()`.

        Examples
        --------
        >>> import negotiation as ng
        >>> len(ng.panel().to_pandas())
        270
        """
        return self.spells()

    def spells(self) -> pd.DataFrame:
        """Return one row per truce, leg and coverage: how long the part was kept, and its features.

        Returns
        -------
        pandas.DataFrame
            Columns: `truce_id`, `dispute_id`, `leg` and `covered`; `days` until the first harsher step, or
            until the truce or its window ended (then `event` is false); `held_days` as in the file; `weight`,
            1 divided by the number of rows with the same act; `act`, the day and side of the step;
            `ended_how`; and the features of the part's card.

        Examples
        --------
        >>> import negotiation as ng
        >>> rows = ng.panel().spells()
        >>> len(rows), int(rows.event.sum())
        (270, 132)
        """
        import pandas as pd

        from negotiation.truce_panel.spells import FEATURES

        return pd.DataFrame(
            [
                {
                    "truce_id": spell.card.truce_id, "dispute_id": spell.card.dispute_id,
                    "leg": spell.card.leg, "covered": spell.card.covered, "days": spell.days,
                    "event": spell.event, "held_days": spell.held_days,
                    "weight": spell.weight, "act": spell.act, "ended_how": spell.ended_how,
                    **dict(zip(FEATURES, spell.card.features, strict=True)),
                }
                for spell in self._spells
            ]
        )  # fmt: skip

    def scenario(self, truce_id: str) -> Scenario:
        """Return the generic game of a truce, made from its card and from ranges that all truces share.

        Parameters
        ----------
        truce_id : str
            Name of the truce.

        Returns
        -------
        Scenario
            The scenario at the middle of all ranges. Each leg has one instrument for the part that the truce
            binds and one for the part that it leaves out, if there is such a part.

        Raises
        ------
        UnknownPanelTruce
            If there is no such truce.

        Examples
        --------
        >>> import negotiation as ng
        >>> game = ng.panel().scenario("2014-10-cotton")
        >>> game.countries, list(game.instruments)
        (('USA', 'BRA'), ['tariff_bound', 'tariff_left_out', 'other_bound'])
        """
        from negotiation.truce_panel.generic_game import priors, scenario_of

        return scenario_of(self.tables, self[truce_id].truces[0], priors())

    def agreement(self, truce_id: str) -> Agreement:
        """Return the text of a truce in the terms of its generic game, for `verdict`.

        Parameters
        ----------
        truce_id : str
            Name of the truce.

        Returns
        -------
        Agreement
            An agreement that binds each covered part to the level "kept", if others can check it.

        Raises
        ------
        UnknownPanelTruce
            If there is no such truce.

        Examples
        --------
        >>> import negotiation as ng
        >>> panel, name = ng.panel(), "2014-10-cotton"
        >>> verdict = ng.verdict(panel.agreement(name), panel.scenario(name), theories=["moment"])
        >>> verdict.find("other", "moment").holds
        False
        """
        from negotiation.truce_panel.generic_game import agreement_of

        return agreement_of(self.tables, self[truce_id].truces[0])

    def theories(self, draws: int = NUMERICS.draws, progress: Progress | None = None) -> TheoryShares:
        """Return each theory's answer for each part of each truce, from the truce's generic game.

        Parameters
        ----------
        draws : int, default 256
            Number of parameter draws behind each share, best a power of two.
        progress : callable, optional
            Called with the number of truces done and the number of all truces.

        Returns
        -------
        TheoryShares
            One row for each part and theory. Outcomes are not read.

        Raises
        ------
        InvalidGame, SizeLimit
            If the number of draws is below 1, or above 262,144.

        Examples
        --------
        >>> import negotiation as ng
        >>> rows = ng.panel()["2014-10-cotton"].theories(draws=16).rows
        >>> len(rows), rows[0].theory, 0.0 <= rows[0].share <= 1.0
        (18, 'each for itself', True)
        """
        from negotiation.truce_panel.theory_shares import theory_shares

        return theory_shares(self.tables, draws, progress)

    def keeping(self, model: str = "coverage by leg") -> Keeping:
        """Return a model of how long parts are kept, fitted to this panel.

        Parameters
        ----------
        model : {"one rate", "coverage", "coverage by leg", "card"}, default "coverage by leg"
            What the hazard depends on: nothing, coverage, coverage and leg, or also the other features of the
            card.

        Returns
        -------
        Keeping
            The fitted model. See `.kept(cards, days)`, `.coefficients` and `.shape`.

        Raises
        ------
        UnknownModel
            If there is no such model.

        Examples
        --------
        >>> import negotiation as ng
        >>> ng.panel().keeping().shape < 1
        True
        """
        return keeping(model, self._spells)

    def scores(self, left_out: LeftOut = "dispute", theories: TheoryShares | None = None) -> PanelScores:
        """Score how well each model predicts which parts are kept, leaving out one truce or dispute in turn.

        Parameters
        ----------
        left_out : {"dispute", "truce"}, default "dispute"
            What is left out of the data to which a model is fitted.
        theories : TheoryShares, optional
            The theories' shares on this panel, as from `theories`. If given, "coverage by leg" is also scored
            with the shares of each theory.

        Returns
        -------
        PanelScores
            Log and Brier scores by horizon, and gains with intervals over disputes.

        Raises
        ------
        InvalidOptions
            If `left_out` is neither "dispute" nor "truce".

        Examples
        --------
        >>> import negotiation as ng
        >>> ng.panel().scores("truce").gain("coverage by leg")[1] > 0
        True
        """
        return panel_scores(self._spells, left_out, theories.by_theory() if theories else None)

    def predict(self, folder: str | Path, models: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the probabilities that parts of other truces are kept, from their cards alone.

        Parameters
        ----------
        folder : str or Path
            A folder with truces.csv, instruments.csv, sides.csv and trade.csv. Outcomes are not read.
        models : sequence of str, optional
            Models of `keeping`, or "coverage by leg" with the shares of a theory, such as "coverage by leg +
            moment"; all of them by default.

        Returns
        -------
        pandas.DataFrame
            One row per part, horizon and model, with the columns truce_id, leg, covered, horizon_days, model
            and probability_kept. The order of the rows in the files does not affect the probabilities.

        Raises
        ------
        InvalidFile
            If a file is missing, or a row cannot be read or does not fit the others.
        SizeLimit
            If a file has more than 1,048,576 bytes.
        UnknownModel
            If there is no such model.

        Examples
        --------
        >>> import negotiation as ng
        >>> from negotiation.truce_panel.panel import OWN
        >>> chances = ng.panel().predict(OWN, ["coverage"])
        >>> len(chances), sorted(set(chances.horizon_days))
        (531, [90, 365, 1095])
        """
        import pandas as pd

        from negotiation.truce_panel.theory_shares import chances_of

        tables = read_tables(folder, outcomes=False)
        cards = cards_of(tables)
        heads = ["truce_id", "leg", "covered", "horizon_days", "model", "probability_kept"]
        rows = [
            (card.truce_id, card.leg, card.covered, days, model, float(chance))
            for model, chances in chances_of(models, self.tables, self._spells, tables)
            for card, row in zip(cards, chances, strict=True)
            for days, chance in zip(HORIZONS, row, strict=True)
        ]
        return pd.DataFrame(rows, columns=heads)

    def among(self, rows: str) -> Panel:
        """Return a part of the panel.

        Parameters
        ----------
        rows : str
            Which rows to keep:

            - "all": every row;
            - "bound": parts that a text binds;
            - "known at signing": bound parts, and parts left out whose measures are all marked as known at
              signing;
            - "to 20 January 2025": truces signed before that day, as they stood on it;
            - "first 47" (only in the package's panel): the truces to which the models were first fitted;
            - "kept back" (only in the package's panel): the 25 truces on which these models were then scored.

        Returns
        -------
        Panel
            A panel with the truces, measures and outcomes of these rows.

        Raises
        ------
        InvalidOptions
            If there is no such choice of rows.

        Examples
        --------
        >>> import negotiation as ng
        >>> len(ng.panel().among("known at signing").spells())
        175
        """
        return Panel(among(self.tables, rows))

    def survival(self, by: str = "coverage") -> SurvivalCurves:
        """Return how long parts were kept, by group.

        Parameters
        ----------
        by : {"coverage", "leg", "leg and coverage", "known"}, default "coverage"
            The grouping. "known" separates bound parts from parts left out, and these by when their measures
            were known: at signing, only later, or without a statement ("not said").

        Returns
        -------
        SurvivalCurves
            Kaplan-Meier curves and hazard ratios. Intervals are over disputes, and the steps of one side on
            one day count as one.

        Raises
        ------
        InvalidOptions
            If there is no such grouping.

        Examples
        --------
        >>> import negotiation as ng
        >>> list(ng.panel().survival("known").groups)
        ['bound', 'known at signing', 'known only later', 'not said']
        """
        known = when_known(self.tables)
        names: dict[str, Callable[[Card], str]] = {
            "coverage": lambda card: _text(card.covered),
            "leg": lambda card: card.leg,
            "leg and coverage": lambda card: f"{card.leg}, {_text(card.covered)}",
            "known": lambda card: known[card.truce_id, card.leg, card.covered],
        }
        if by not in list(names):
            raise InvalidOptions(f"`by` must be one of {', '.join(map(repr, names))}; got {shown(by)}")
        groups: dict[str, list[Spell]] = {}
        for spell in self._spells:
            groups.setdefault(names[by](spell.card), []).append(spell)
        title = f"Parts of {len(self.truces)} truces kept without a harsher step, by {by}"
        return SurvivalCurves(title, {name: tuple(groups[name]) for name in sorted(groups, key=_place)})

    def answers(self) -> Table:
        """Return how often, how soon and in which leg first harsher steps were answered.

        Returns
        -------
        Table
            One row per leg, bound or left out: the number of first harsher steps and of answers, the share
            answered with its 90 percent interval over disputes, the answers in the same leg and elsewhere,
            and the median days until an answer.

        Examples
        --------
        >>> import negotiation as ng
        >>> ng.panel().answers().rows[0][:4]
        ('all', 'bound', 58, 23)
        """
        return answer_table(self.tables, self._spells)

    def renewals(self) -> Table:
        """Return what became of truces with a clock when it first ran out.

        Returns
        -------
        Table
            One row per fate: the number of truces, how many were extended again, and which they are.

        Examples
        --------
        >>> import negotiation as ng
        >>> ng.panel().renewals().rows[0][:3]
        ('extended', 14, 4)
        """
        return renewal_table(self.tables)

    def table(self) -> Table:
        """Return the rates of first harsher steps: one row per leg, bound or left out.

        Returns
        -------
        Table
            The number of parts and of steps, the years at risk, the steps per year, and pooled rates with
            90 percent intervals. In rates, the steps of one side on one day count as one. Pooled rates shrink
            small cells towards the overall rate and allow for differences between disputes (gamma frailty).
        """
        title = f"{len(self.truces)} truces, {len(self.instruments)} measures ({LICENCE})"
        return rate_table(title, self._spells)


def _text(covered: bool) -> str:
    return "bound" if covered else "left out"


def _place(group: str) -> list[int]:
    """Return the sort key of a group: by leg, bound first."""
    words = (*LEGS, "bound", "left out", *WHEN_KNOWN.values(), "not said")
    return [words.index(word) for word in group.split(", ")]


@cache
def _own() -> Panel:
    return Panel(joined({FIRST: read_tables(OWN), KEPT_BACK: read_tables(UNSEEN)}))


def panel(folder: str | Path | None = None) -> Panel:
    """Return the panel of truces, or a panel of your own.

    Parameters
    ----------
    folder : str or Path, optional
        A folder with truces.csv, instruments.csv, outcomes.csv, sides.csv and trade.csv; by default the 72
        truces of the package.

    Returns
    -------
    Panel
        See `.truces`, `.instruments`, `.outcomes`, `.spells()`, `.scores()` and `.predict(folder)`.

    Raises
    ------
    InvalidFile
        If a file is missing, or a row cannot be read or does not fit the others.
    SizeLimit
        If a file has more than 1,048,576 bytes.

    Examples
    --------
    >>> import negotiation as ng
    >>> print(ng.panel()["2006-09-lumber"].answers())
    Answers to first harsher steps; shares count steps of one day by one side as one
    leg     text   steps  answered  share  low  high  in kind  elsewhere      median
                                                                                days
    all     bound      2         1    0.5  0.5   0.5        1          0         827
    tariff  bound      1         1      1    1     1        1          0         827
    other   bound      1         0      0    0     0        0          0
    """
    return _own() if folder is None else Panel(read_tables(folder))

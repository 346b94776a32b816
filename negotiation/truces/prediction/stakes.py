"""The solved game of an agreement's terms: what a period is worth to either side, and what would follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from negotiation.truces.compiling.coverage_game import agreement_game, agreement_profiles
from negotiation.truces.record.agreement_text import Terms
from negotiation.world import Postures, Scenario, State
from negotiation.world.posture import posture_from_label


@dataclass(frozen=True)
class SolvedTerms:
    """Stakes and punishment of some terms.

    Parameters
    ----------
    stakes : mapping from country to float
        Payoff of a period of the agreed profile less that of the stage equilibrium that would follow, percent
        of GDP; not negative.
    off : mapping from country to mapping from instrument to int
        Positions of the levels in that equilibrium, where they are above the agreed ones.
    """

    stakes: Mapping[str, float]
    off: Mapping[str, Mapping[str, int]]

    def answer(self, country: str, name: str, at: int) -> int:
        """Return the level to which a side answers in an instrument; the present one if elsewhere."""
        return max(at, self.off.get(country, {}).get(name, at))


def solved_terms(scenario: Scenario, terms: Terms, in_force: Postures, state: State) -> SolvedTerms:
    """Return the stakes of some terms and the punishment behind them.

    The game is that of `agreement_game`; the punishment its pure stage equilibrium with the least total.

    Parameters
    ----------
    scenario : Scenario
        Payoffs.
    terms : mapping from (country, instrument) to level
        The ceilings; none gives no stake and no answer.
    in_force : Postures
        Levels of everything else.
    state : State
        The state of the world.

    Examples
    --------
    >>> from negotiation.world import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> solved_terms(scenario, {}, scenario.calm(), State()).stakes
    {'USA': 0.0, 'CHN': 0.0}
    """
    if not terms:
        return SolvedTerms(dict.fromkeys(scenario.countries, 0.0), {})
    stage = agreement_game(scenario, terms, in_force, state)
    kept, off = agreement_profiles(stage)
    stakes, levels = {}, {}
    for i, country in enumerate(stage.players):
        stakes[country] = max(float(stage.payoffs[(*kept, i)] - stage.payoffs[(*off, i)]), 0.0)
        agreed = posture_from_label(stage.actions[i][kept[i]])
        after = posture_from_label(stage.actions[i][off[i]])
        levels[country] = {
            name: scenario.instruments[name].position(country, level)
            for name, level in after.items()
            if level != agreed[name]
        }
    return SolvedTerms(stakes, levels)

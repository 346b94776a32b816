"""Dated history beside what the games say: records, agreements, replay, verdicts."""

from negotiation.truces.agreement import Agreement, truce, truce_names
from negotiation.truces.payoff_sets import BargainSets, bargain_sets
from negotiation.truces.replay import Replay, replay

__all__ = ["Agreement", "BargainSets", "Replay", "bargain_sets", "replay", "truce", "truce_names"]

"""Dated history beside what the games say: records, agreements, replay, verdicts."""

from negotiation.truces.record.agreement_text import truce_names
from negotiation.truces.replay.replay import Replay, replay
from negotiation.truces.studies.payoff_sets import BargainSets, bargain_sets
from negotiation.truces.verdicts.agreements import Agreement, truce

__all__ = ["Agreement", "BargainSets", "Replay", "bargain_sets", "replay", "truce", "truce_names"]

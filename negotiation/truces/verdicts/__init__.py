"""Whether an agreement holds, by leg. Public: `ng.verdict`, `ng.compare_verdicts`, `ng.truce`, results."""

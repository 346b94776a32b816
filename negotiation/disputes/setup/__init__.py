"""What a scenario consists of, from what was read to its variants: facts, levels, variants."""

from negotiation.disputes.setup.variants import Setup

__all__ = ["Setup"]

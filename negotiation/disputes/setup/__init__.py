"""What a scenario consists of, from what was read to its variants."""

from negotiation.disputes.setup.setup import Setup

__all__ = ["Setup"]

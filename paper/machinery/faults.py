"""What can be wrong with the paper's files."""

from __future__ import annotations

from negotiation.errors import NegotiationError, UnknownName


class PaperFault(NegotiationError, ValueError):
    """The paper's files are missing, contradict each other, or do not fit the lock."""


class UnknownArtefact(UnknownName):
    """No source, figure or table of this name."""

    noun = "part of the paper"

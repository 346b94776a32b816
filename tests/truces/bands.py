"""The bands of docs/decisions/0012-predictions-from-the-game.md, written down before the shares of a run."""

ROBUST, ROBUSTLY_NOT = 0.8, 0.2


def band(share):
    """Say in which band a share of parameter draws lies."""
    if share >= ROBUST:
        return "robust"
    return "robustly not" if share <= ROBUSTLY_NOT else "undecided"

"""In which share of draws the best equilibrium keeps a path, by stocks and by what is known of the harm."""

from paper.machinery.tabular import tabular

READS = ("restraint",)
PATHS = {
    "busan": "Busan",
    "geneva_flowing": "Geneva, licences flowing",
    "geneva_played": "Geneva, as played",
    "calm": "all calm",
}
GAMES = (
    ("still", "full", "still, full"), ("still", "gone", "still, gone"), ("moving", "full", "moving, full"),
    ("moving", "gone", "moving, gone"), ("learned", "full", "learned, full"),
    ("learned", "gone", "learned, gone"),
)  # fmt: skip
HORIZONS = ("3 months", "1 year")


def table(data):
    """Return one row for each path; in each cell the shares at a horizon of three months and of a year."""
    frame = data["restraint"].set_index(["path", "game", "stocks", "horizon"])["share"]
    rows = [
        (
            words,
            *(
                ", ".join(f"{frame[path, game, stocks, one]:.2f}" for one in HORIZONS)
                for game, stocks, _ in GAMES
            ),
        )
        for path, words in PATHS.items()
    ]
    return tabular(("path", *(title for _, _, title in GAMES)), rows, "@{}lrrrrrr@{}", size=r"\footnotesize")

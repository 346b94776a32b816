"""The certificates that the site offers, each decided by the kernel as it is written."""

import contextlib
import io
import shutil
from collections.abc import Iterable, Iterator
from itertools import chain
from math import prod
from pathlib import Path
from typing import Any

import negotiation as ng
from negotiation.game_theory.certificates import check_certificate
from negotiation.game_theory.certificates.claims import Certificate
from negotiation.report.commands.certify import first_proven, of_game, of_truce

LARGEST = 1 << 20
"""Bytes of a file that is offered."""
MOST_PROFILES = 5_000
"""Of a truce's game, in all states together."""
MOST_SOLVED = 50
"""Of a game of the catalogue, which is solved for the site."""


def readme() -> Iterator[tuple[str, Certificate]]:
    """Yield the certificates of README's example."""
    keep, end = ("keep", "keep"), ("break", "break")
    payoffs, actions = ([[9, 1], [10, 3]], [[9, 10], [1, 3]]), (("keep", "break"),) * 2
    stage = ng.StageGame.from_matrices(*payoffs, ("USA", "CHN"), actions)
    grim, game = ng.strategies.grim_trigger(stage, keep, end), ng.RepeatedGame(stage, 0.9)
    yield "readme-threshold", ng.certificate(stage, grim, ng.solve(stage))
    yield "readme-repeated", ng.certificate(game, grim, ng.equilibrium_payoffs(game))


def catalogue() -> Iterator[tuple[str, Certificate]]:
    """Yield the certificates of the catalogue's games that are small."""
    for name, entry in ng.catalogue().items():
        game = entry.game()
        if not isinstance(game, ng.ContinuousTimeGame) and profiles(game) <= MOST_SOLVED:
            yield name, ng.certificate(game, *of_game(game))


def truces() -> Iterator[tuple[str, Certificate]]:
    """Yield the certificates of both truces, of games that are small."""
    for truce in ("2025-05-geneva", "2025-10-busan"):
        for name, games, candidates in of_truce(truce, None):
            if profiles(games[0]) <= MOST_PROFILES:
                yield name, first_proven(games, candidates)


def profiles(game: Any) -> int:
    """Return how many action profiles a game has, in all states together."""
    return (
        game.n_rows if isinstance(game, ng.StochasticGame) else prod(getattr(game, "stage", game).n_actions)
    )


def write_all(
    folder: Path, certificates: Iterable[tuple[str, Certificate]]
) -> list[tuple[str, list[str], int]]:
    """Write the certificates that are small, and the kernel; return their names, claims and bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(check_certificate.__file__, folder / "check_certificate.py")
    rows: list[tuple[str, list[str], int]] = []
    for name, found in certificates:
        path = folder / f"{name}.json"
        ng.save(found, path, overwrite=True)
        size = path.stat().st_size
        with contextlib.redirect_stdout(io.StringIO()):
            holds = found.claims and size <= LARGEST and check_certificate.check(str(path)) == 0
        if holds:
            rows.append((path.name, [claim["kind"] for claim in found.claims], size))
        else:
            path.unlink()
    return rows


def page(rows: list[tuple[str, list[str], int]]) -> str:
    """Return the page that lists the files, as links that leave the pages' own folder."""
    lines = [
        "# Certificates",
        "",
        "The kernel decided each when this site was built; `python -I -S check_certificate.py FILE` does so",
        "again. What they say, and how to read the kernel: [one file for a game](../format/index.md).",
        "",
        '<p><a href="../certificates/check_certificate.py">check_certificate.py</a>, the kernel</p>',
        "",
        "| file | claims | bytes |",
        "| --- | --- | ---: |",
    ]
    for name, claims, size in rows:
        said = ", ".join(f"{claims.count(kind)} {kind}" for kind in dict.fromkeys(claims))
        lines.append(f'| <a href="../certificates/{name}">{name}</a> | {said} | {size:,} |')
    return "\n".join(lines) + "\n"


def write_site(reference: Path) -> None:
    """Write all certificates of the site and the page that lists them."""
    rows = write_all(reference / "extra" / "certificates", chain(readme(), catalogue(), truces()))
    (reference / "certificates.md").write_text(page(rows), encoding="utf-8")

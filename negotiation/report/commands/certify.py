"""The command `certify`: certificates of a game's solutions, or of the verdicts of theories on a truce."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from negotiation.base.reading.text import is_file, is_folder
from negotiation.errors import InvalidGame, InvalidOptions, UnknownTruce
from negotiation.game_theory.certificates import check_certificate
from negotiation.game_theory.certificates.claims import certificate
from negotiation.game_theory.certificates.forms import Certificate
from negotiation.game_theory.certificates.saving import load, save
from negotiation.game_theory.games import RepeatedGame, StageGame, StochasticGame
from negotiation.game_theory.games.plain_payoffs import plain_stage
from negotiation.game_theory.solvers.markov.equilibria import markov_perfect_equilibria
from negotiation.game_theory.solvers.nash.solve import solve
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.game_theory.solvers.stage.correlated_equilibrium import correlated_equilibrium
from negotiation.report.commands.declared import CertifyOptions
from negotiation.report.commands.output import Bar, Output
from negotiation.report.commands.solve import read_game
from negotiation.report.commands.typed import NOT_DONE, completed

# Suffixes of files of games.
GAMES = (".json", ".nfg", ".csv")

# A file's name, games of which the next is tried if some claim about one is not proven, and the claims.
_Asked: TypeAlias = tuple[str, tuple[StageGame | RepeatedGame | StochasticGame, ...], tuple[Any, ...]]


def run_certify(output: Output, options: CertifyOptions) -> int:
    """Write certificates and the kernel that checks them; return 0 if every claim was certified."""
    written, left_out, source, out = [], [], options.game, options.out
    with Bar(f"certifying {source}" + ("" if Path(source).suffix in GAMES else " (some 15 s)")):
        for name, games, candidates in _asked(source, options.strategy or (), options.scenario):
            proven = first_proven(games, candidates)
            left_out += [f"{name}: {why}" for why in proven.left_out]
            if proven.claims:
                out.mkdir(parents=True, exist_ok=True)
                target = out / f"{name}.json"
                save(proven, target, overwrite=options.overwrite)
                if target.stat().st_size > check_certificate.MOST_BYTES:
                    target.unlink()
                    left_out.append(f"{name}: its file would be longer than the kernel accepts")
                    continue
                written.append((str(target), [str(claim["kind"]) for claim in proven.claims]))
    kernel = out / "check_certificate.py"
    if written:
        shutil.copyfile(check_certificate.__file__, kernel)
    left = f", {len(left_out)} left out as not proven" if left_out else ""
    output.say(f"{len(written)} certificate{'s' * (len(written) != 1)} written to {out}{left}.")
    for file, claims in written:
        output.path(file)
        output.say(f"  {', '.join(f'{claims.count(kind)} {kind}' for kind in dict.fromkeys(claims))}")
    for why in left_out:
        output.say(f"left out: {why}")
    if written:
        output.path(f"check them: python -I -S {kernel} {out}/*.json")
    output.document(
        {"kernel": str(kernel) if written else None, "certificates": dict(written), "left_out": left_out}
    )
    return 0 if written and not left_out else NOT_DONE


def first_proven(games: Sequence[Any], candidates: Sequence[object]) -> Certificate:
    """Return the certificate of the first game about which all claims are proven, or of the last game."""
    proven = certificate(games[0], *candidates)
    return first_proven(games[1:], candidates) if proven.left_out and games[1:] else proven


def _asked(
    source: str, strategies: Sequence[Path], scenario: str | None
) -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
    """Yield the name of each certificate, the games to try in order, and the claims about them."""
    path = Path(source)
    if path.suffix not in GAMES:
        if path.suffix or is_file(path) or is_folder(path):
            raise InvalidGame(f"{source}: expected a game file ({', '.join(GAMES)}) or the name of a truce")
        if strategies:
            raise InvalidOptions(
                f"--strategy is for a game file; got the truce {source!r}, whose theories have strategies"
            )
        yield from of_truce(source, scenario)
        return
    if scenario is not None:
        raise InvalidOptions(f"--scenario is for the name of a truce; got the game file {source!r}")
    game = read_game(path)
    if not isinstance(game, (StageGame, RepeatedGame, StochasticGame)):
        raise InvalidGame(
            f"{source}: expected a game played once, repeated or with states; got a {type(game).__name__}"
        )
    given = tuple(load(strategy) for strategy in strategies)
    yield f"{path.stem}-certificate", (game,), given or tuple(of_game(game))


def of_game(game: StageGame | RepeatedGame | StochasticGame) -> Iterator[object]:
    """Yield the solutions of a game that can be certified: equilibria, payoff sets or strategies."""
    if isinstance(game, StageGame):
        yield solve(game)
        yield correlated_equilibrium(game)
    elif isinstance(game, RepeatedGame):
        yield equilibrium_payoffs(game)
    else:
        yield from (equilibrium.strategy for equilibrium in markov_perfect_equilibria(game))


def of_truce(name: str, scenario: str | None) -> Iterator[_Asked]:
    """Yield a name, the games and the strategy of each play on which a theory's verdicts on a truce rest.

    Only games that are played once or repeated are certified, so repeated negotiation is left out.
    """
    from negotiation.truces.record.agreement_text import truce_names
    from negotiation.truces.theories import theories_by_name
    from negotiation.truces.verdicts.verdict import verdict

    name = completed(name, truce_names(scenario, placebos=True), UnknownTruce)
    batch = verdict(name, scenario, theories=["each for itself"]).batch
    for theory in theories_by_name().values():
        for play in theory.plays(batch):
            words = re.sub(r"\W+", "-", f"{name} {theory.name} {' '.join(play.legs)}")
            if isinstance(play.game, StageGame):
                yield f"{words}-once", (play.game,), (play.game.labels((0,) * play.game.n_players),)
            elif isinstance(play.game, RepeatedGame) and play.strategy is not None:
                # A player who is indifferent is exactly so in the nearest plain game, or in the game itself.
                game = RepeatedGame(plain_stage(play.game.stage), play.game.discount_factor)
                yield words, (game, play.game), (play.strategy,)

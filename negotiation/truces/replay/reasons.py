"""The reasons for the verdicts of a replay, in sentences made from its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from negotiation.base.labelled.naming import namer
from negotiation.truces.verdicts.drawn import BREAKS, HOLDS

if TYPE_CHECKING:
    from negotiation.truces.replay.replay import Replay
    from negotiation.truces.verdicts.theory_verdicts import TheoryVerdict


def reasons(replay: Replay) -> tuple[str, ...]:
    """Return why a truce's legs hold or break under the text alone, one sentence per reason.

    The order: the leg that breaks by the largest margin, the leg that holds by the smallest, the effect of
    covering everything, and the effect of slips and misreading alone. A reason that does not apply is left
    out.
    """
    name = spoken(replay.agreement.id)
    broken = sorted((leg for leg in replay.legs if leg.verdict.word == BREAKS), key=lambda leg: leg.margin)
    kept = sorted((leg for leg in replay.legs if leg.verdict.word == HOLDS), key=lambda leg: leg.margin)
    sentences = [_breaks(name, leg.verdict, replay.names) for leg in broken[:1]]
    sentences += [_holds(name, leg.verdict, replay.names) for leg in kept[:1]]
    sentences.append(_coverage(name, replay))
    if replay.noise is not None:
        sentences.append(_life(name, replay))
    return tuple(sentences)


def spoken(name: str) -> str:
    """Return the place in an agreement's name, in prose.

    Examples
    --------
    >>> spoken("2018-12-buenos-aires")
    'Buenos Aires'
    """
    return name.split("-", 2)[-1].replace("-", " ").title()


def _breaks(name: str, leg: TheoryVerdict, names: Mapping[str, str]) -> str:
    assert leg.player is not None  # noqa: S101 - a leg breaks by somebody
    answered = "is outside the text, so nothing answers it" if leg.by_path else "is answered too little"
    return (
        f"{name}'s {leg.leg} leg breaks: {_move(leg, names)} brings {_called(leg.player, names)} "
        f"{_money(leg)} more than anything calmer there and {answered}{_share(leg)}."
    )


def _holds(name: str, leg: TheoryVerdict, names: Mapping[str, str]) -> str:
    if leg.player is None:
        return f"{name}'s {leg.leg} leg holds: nothing in it could be made harsher{_share(leg)}."
    return (
        f"{name}'s {leg.leg} leg holds: the most tempting departure, {_move(leg, names)}, would leave "
        f"{_called(leg.player, names)} {_money(leg)} short of its best step that is no harsher "
        f"there{_share(leg)}."
    )


def _money(leg: TheoryVerdict) -> str:
    """Return the size of a margin in words: dollars a year first, then the share of GDP."""
    millions = abs(leg.millions)
    dollars = f"{millions / 1e3:,.3g} billion" if millions >= 1e3 else f"{millions:.2g} million"
    return f"USD {dollars} a year ({abs(leg.margin):.2g} percent of GDP)"


def _coverage(name: str, replay: Replay) -> str:
    critical = replay.check("everything").critical
    covered = f"If the text covered every instrument, a grim trigger would keep {name}'s levels"
    if critical.value is None:
        return f"{covered} at no discount factor."
    return (
        f"{covered} from a discount factor of {float(critical.value):.3f} a period on, answered for ever and "
        f"without a clock; it is {replay.discount_factor:.3f}."
    )


def _life(name: str, replay: Replay) -> str:
    assert replay.noise is not None  # noqa: S101 - asked for only where there is noise
    life = replay.noise.lifetime.find("broken off", linkage=replay.agreement.linkage.kind)
    # The event is that some leg is first answered, as after a breach, though nobody broke it.
    days = f"{life.mean_days:.0f} days on average"
    return f"Slips and misreading alone would have {name} answer a first false alarm after {days}."


def _move(leg: TheoryVerdict, names: Mapping[str, str]) -> str:
    spell, ((name, level), *more) = namer(names), leg.departure
    also = f" and {len(more)} more" if more else ""
    moves = f"{spell(name)} to {spell(level)}".replace("_", " ")
    return f"{_called(str(leg.player), names)}: {moves}{also}"


def _called(player: str, names: Mapping[str, str]) -> str:
    return names.get(player, player)


def _share(leg: TheoryVerdict) -> str:
    if leg.share is None:
        return ""
    return f" (it holds in {100 * leg.share:.0f} percent of draws)"

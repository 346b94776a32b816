"""Why a replay says what it says, in sentences that are made of its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from negotiation.base.labelled.naming import namer
from negotiation.truces.verdicts.legs import LegVerdict

if TYPE_CHECKING:
    from negotiation.truces.replay.replay import Replay
    from negotiation.truces.verdicts.departures import Incentive


def reasons(replay: Replay) -> tuple[str, ...]:
    """Return why a truce's legs hold or break, one sentence a reason, the weightiest first.

    First the leg that breaks by the largest gain, then the leg that holds by the least margin, then what
    covering everything would do, then what slips alone do to the text.
    """
    name = spoken(replay.agreement.id)
    broken = sorted((leg for leg in replay.legs if not leg.model_holds), key=lambda leg: leg.margin)
    kept = sorted((leg for leg in replay.legs if leg.model_holds), key=lambda leg: leg.margin)
    sentences = [_breaks(name, leg, replay.names) for leg in broken[:1]]
    sentences += [_holds(name, leg, replay.names) for leg in kept[:1]]
    sentences.append(_coverage(name, replay))
    if replay.noise is not None:
        sentences.append(_life(name, replay))
    return tuple(sentences)


def spoken(name: str) -> str:
    """Return the place of an agreement's name.

    Examples
    --------
    >>> spoken("2018-12-buenos-aires")
    'Buenos Aires'
    """
    return name.split("-", 2)[-1].replace("-", " ").title()


def _breaks(name: str, leg: LegVerdict, names: Mapping[str, str]) -> str:
    first = leg.model_breaks[0]
    answered = "is answered too little" if first.covered else "is outside the text, so nothing answers it"
    return (
        f"{name}'s {leg.leg} leg breaks: {_move(first, names)} brings {_called(first.player, names)} "
        f"{-first.margin:.2g} percent of GDP and {answered}{_share(leg)}."
    )


def _holds(name: str, leg: LegVerdict, names: Mapping[str, str]) -> str:
    closest = leg.closest
    if closest is None:
        return f"{name}'s {leg.leg} leg holds: nothing in it could be made harsher{_share(leg)}."
    return (
        f"{name}'s {leg.leg} leg holds: the most tempting departure, {_move(closest, names)}, would cost "
        f"{_called(closest.player, names)} {closest.margin:.2g} percent of GDP in all{_share(leg)}."
    )


def _coverage(name: str, replay: Replay) -> str:
    critical = replay.check("everything").critical
    if critical.value is None:
        return f"With everything covered no patience would keep {name}'s text."
    return (
        f"With everything covered the trigger would hold {name} from a discount factor of "
        f"{float(critical.value):.3f} a period on; it is {replay.discount_factor:.3f}."
    )


def _life(name: str, replay: Replay) -> str:
    assert replay.noise is not None  # noqa: S101 - asked for only where there is noise
    life = replay.noise.lifetime.find("broken off", linkage=replay.agreement.linkage.kind)
    return (
        f"Slips and misreading alone would have {name} broken off after {life.mean_days:.0f} days on average."
    )


def _move(incentive: Incentive, names: Mapping[str, str]) -> str:
    who, words = _called(incentive.player, names), str(namer(names)(str(incentive))).replace("_", " ")
    return words.replace(f"{who} ", f"{who}: ", 1)


def _called(player: str, names: Mapping[str, str]) -> str:
    return names.get(player, player)


def _share(leg: LegVerdict) -> str:
    if leg.share is None:
        return ""
    return f" (it holds in {100 * leg.share:.0f} percent of draws)"

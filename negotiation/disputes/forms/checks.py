"""Check that an instrument's file fits the form that it names; one sentence for each fault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from negotiation.base.reading.faults import nearest_hint
from negotiation.disputes.domains import measure
from negotiation.disputes.files.instrument_file import LevelFile, PayoffFile
from negotiation.disputes.files.state_rules import StateRules
from negotiation.disputes.forms.binding import LEVEL
from negotiation.disputes.forms.form import CONVEXITY, FEE_BORNE, RULE, Form


def payoff_faults(
    payoff: PayoffFile,
    levels: Mapping[str, Sequence[LevelFile]],
    form: Form,
    state: StateRules,
    base: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Yield the faults of a payoff, field by field."""
    yield from _role_faults(payoff, form)
    yield from _feature_faults(payoff, form, state)
    yield from _strength_faults(payoff, levels, form, base or {})
    yield from _level_faults(payoff, levels, form)
    if form.measured:
        for country, held in levels.items():
            if any(level.value is None for level in held):
                yield f"levels.{country}: the form {form.name!r} needs a `value` and a `unit` for every level"
            for level in held if form.values is not None else ():
                if level.unit and measure(level.unit) != form.values:
                    came = f"levels.{country}.{level.label}.unit: got {level.unit!r}"
                    yield f"{came}; expected a unit in {form.values}"


def _role_faults(payoff: PayoffFile, form: Form) -> Iterator[str]:
    known, given = form.by_name, payoff.parameters
    for role, template in given.items():
        if role not in known:
            hint = nearest_hint(role, known)
            yield (
                f"payoff.parameters.{role}: got {template!r}; the form {form.name!r} has no such role"
                f"{hint}; allowed: {', '.join(known)}"
            )
        elif LEVEL in template and not known[role].by_level:
            yield (
                f"payoff.parameters.{role}: got {template!r}; this role has one parameter for all levels, so "
                f"give a name without {LEVEL}"
            )
        elif known[role].beside not in (None, *given):
            yield f"payoff.parameters.{role}: nothing reads it without `{known[role].beside}`; remove it"
    for slot in form.roles:
        if slot.name not in given and not slot.optional and slot.default is None:
            yield f"payoff.parameters.{slot.name}: this parameter is missing; add it ({slot.meaning})"
    for wrong in form.check([role for role in given if role in known]) if form.check else ():
        yield f"payoff.parameters: {wrong}"


def _feature_faults(payoff: PayoffFile, form: Form, state: StateRules) -> Iterator[str]:
    if payoff.dependence is not None:
        if "dependence" not in form.takes:
            yield f"payoff.dependence is {payoff.dependence!r}; the form {form.name!r} takes none: remove it"
        elif not state.shares(payoff.dependence):
            known = ", ".join(name for name in state.components if state.shares(name)) or "none"
            yield (
                f"payoff.dependence: got {payoff.dependence!r}; scenario.toml has no such component; "
                f"known: {known}"
            )
        if CONVEXITY in form.by_name and CONVEXITY not in payoff.parameters:
            yield f"payoff.parameters.{CONVEXITY}: this parameter is missing; `dependence` requires it"
    elif CONVEXITY in payoff.parameters and CONVEXITY in form.by_name:
        yield f"payoff.parameters.{CONVEXITY}: nothing reads it without `dependence`; remove it"
    if payoff.stocks and "stocks" not in form.takes:
        yield f"payoff.stocks is true, but the form {form.name!r} takes no stocks; remove it"
    elif payoff.stocks and state.stocks is None:
        yield "payoff.stocks: got true; scenario.toml has no component `stocks`: add it, or give false"


def _strength_faults(
    payoff: PayoffFile, levels: Mapping[str, Sequence[LevelFile]], form: Form, base: Mapping[str, str]
) -> Iterator[str]:
    graded = form.graded and form.strength is None
    if payoff.strength is not None and not graded:
        yield f"payoff.strength is {payoff.strength!r}; the form {form.name!r} has no strengths: remove it"
    if payoff.reference is not None and not form.graded:
        yield f"payoff.reference is {payoff.reference!r}; the form {form.name!r} has no strengths: remove it"
    for country, held in levels.items():
        # Strengths that come from values are ordered as these are; a rate is no strength.
        for calmer, harsher in pairwise(held if form.strength is not None else ()):
            if (calmer.value or 0.0) > (harsher.value or 0.0):
                pair = f"{calmer.label!r} has {calmer.value}, {harsher.label!r} {harsher.value}"
                yield f"levels.{country}: {pair}; with the form {form.name!r} the values must rise"
        above = [level.label for level in held if level.label != base.get(country, held[0].label)]
        names = [level.label for level in held if level.label in above and not level.past]
        if payoff.reference is not None and payoff.reference not in names:
            yield (
                f"payoff.reference: got {payoff.reference!r}; {country} has no such level above its "
                f"calmest; known: {', '.join(names)}"
            )
        several = payoff.strength is not None and len(above) > 1
        if several and LEVEL not in str(payoff.strength):
            yield f"payoff.strength: got {payoff.strength!r}; with several levels it must hold {LEVEL}"
        each = all(LEVEL in payoff.parameters.get(role.name, LEVEL) for role in form.roles if role.by_level)
        own = each and any(role.by_level for role in form.roles)
        if graded and payoff.strength is None and len(above) > 1 and not own:
            yield (
                f"payoff.strength: this is missing; {country} has {len(held)} levels, and with more than two "
                f"strengths are parameters: give a name that holds {LEVEL}"
            )


def _level_faults(payoff: PayoffFile, levels: Mapping[str, Sequence[LevelFile]], form: Form) -> Iterator[str]:
    """Yield each level with a threshold or a fee that lacks its roles, and each such role without a level."""
    for feature, roles in (("threshold", RULE), ("fee", (FEE_BORNE,))):
        features = [
            (f"levels.{country}.{level.label}", getattr(level, feature))
            for country, held in levels.items()
            for level in held
            if getattr(level, feature) is not None
        ]
        names = [role.name for role in roles if role in form.roles]
        given = [name for name in names if name in payoff.parameters]
        if feature not in form.takes:
            for field, came in features:
                yield f"{field}.{feature} is {came}, but the form {form.name!r} takes none; remove it"
        elif features and not given:
            needed = ", ".join(f"`{name}`" for name in names)
            yield f"payoff.parameters: a level with a `{feature}` needs {needed}"
        elif not features:
            for name in given:
                yield (
                    f"payoff.parameters.{name}: nothing reads it without a level with a `{feature}`; "
                    "remove it"
                )

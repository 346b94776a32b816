"""The contract of a form of payoffs: its roles, its payoffs, and its independence of countries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain, combinations, permutations
from typing import Any

import numpy as np
from hypothesis import strategies as st

from negotiation.disputes.forms.binding import Binding
from negotiation.disputes.forms.form import CONVEXITY, Form
from negotiation.disputes.instrument import Circumstances, Effects, Level
from negotiation.disputes.quantity import SeenParameters
from negotiation.disputes.state import State
from negotiation.disputes.trade.table import FlowRow, RateRow, RegionRow, TradeTable, trade_table
from negotiation.testing.contracts.rules import EXAMPLES, Rule, first_fault, require

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SHARES = ("share.low", "share.middle", "share.full")
_FEATURES = ("dependence", "stocks", "threshold", "fee", "trade")

Numbers = Mapping[str, float]


def check_form(form: Form, *, examples: int = EXAMPLES) -> None:
    """Check that a form of payoffs fulfils its contract.

    Role names are unique and have a meaning. Payoffs are one finite number per level for each side, and zero
    at the calmest level if levels have strengths. The form reads every role that an instrument fills, and no
    others. Payoffs do not depend on the codes of the two countries.

    Parameters
    ----------
    form : Form
        The form of payoffs. It is evaluated at random numbers in the domains of its roles.
    examples : int, optional
        Number of random examples for each rule; 60 by default.

    Raises
    ------
    BrokenContract
        If a rule is broken; the message states the rule and the smallest example that was found.

    Examples
    --------
    >>> from negotiation.disputes.forms.discovery import forms
    >>> check_form(forms()["fee"], examples=10)
    """
    require(f"the form {form.name!r}", list(_rules(form)), examples)


def ways(form: Form) -> list[tuple[str, ...]]:
    """Return the sets of roles that an instrument may fill: required roles and a choice of optional ones.

    Examples
    --------
    >>> from negotiation.disputes.forms.discovery import forms
    >>> len(ways(forms()["control"]))
    24
    """
    needed = [role.name for role in form.roles if not role.optional and role.beside is None]
    free = [role.name for role in form.roles if role.optional and role.name != CONVEXITY]
    more = chain.from_iterable(combinations(free, k) for k in range(len(free) + 1))
    # Every set of optional roles, less those that the form itself refuses.
    candidates = [(*needed, *chosen) for chosen in more]
    taken = [roles for roles in candidates if form.check is None or not list(form.check(roles))]
    beside = [role for role in form.roles if role.beside is not None]
    return [(*roles, *(role.name for role in beside if role.beside in roles)) for roles in taken]


def _rules(form: Form) -> Iterator[Rule[Any]]:
    yield Rule("its roles are named once, with a meaning", None, lambda _: _roles_fault(form))
    yield Rule(
        "some set of roles can be filled", None, lambda _: None if ways(form) else "its check takes none"
    )
    for roles in ways(form):
        drawn = _numbers(form, roles)
        yield Rule("payoffs are finite, one per level", drawn, lambda numbers: _payoffs_fault(form, numbers))
        yield Rule(
            "every role that is filled is read, and no other",
            drawn,
            lambda numbers: _reads_fault(form, numbers),
        )
        yield Rule("it knows no country", drawn, lambda numbers: _codes_fault(form, numbers))


def _numbers(form: Form, roles: tuple[str, ...]) -> st.SearchStrategy[dict[str, float]]:
    """Return the strategy for numbers by role, in the roles' domains."""
    number = st.one_of(st.just(0.0), st.floats(1e-3, 2.0))
    return st.fixed_dictionaries({role: number.filter(form.by_name[role].domain.holds) for role in roles})


def _roles_fault(form: Form) -> str | None:
    names = [role.name for role in form.roles]
    odd = [name for name in (form.name, *names) if not _NAME.fullmatch(name)]
    silent = [role.name for role in form.roles if not role.meaning]
    strange = [feature for feature in form.takes if feature not in _FEATURES]
    return first_fault(
        f"{odd}: a name is made of a-z, 0-9 and _" if odd else None,
        f"a role is named twice: {names}" if len(set(names)) < len(names) else None,
        f"{silent} have no meaning" if silent else None,
        f"it takes {strange}; allowed: {', '.join(_FEATURES)}" if strange else None,
        "it has no summary" if not form.summary else None,
    )


def _bound(form: Form, numbers: Numbers, codes: tuple[str, str], whole: bool) -> Binding:
    """Return the form bound to three levels; if `whole`, with dependence and stocks that scale its harm."""
    levels = tuple(
        Level(
            f"l{k}", "a level", "2020", "a source", value=float(10 * k + 1), unit="parts",
            threshold=0.5 if k == 2 else None, fee=0.2 if k == 1 else None,
        )
        for k in range(3)
    )  # fmt: skip
    names = {role: f"p.{role}" for role in numbers}
    dependent = whole and "dependence" in form.takes
    if dependent and CONVEXITY in form.by_name:
        # Beside dependence the exponent is needed; without it nothing reads it.
        names[CONVEXITY] = f"p.{CONVEXITY}"
    return Binding(
        form, "thing", codes, {codes[0]: levels}, names,
        strength="x.{level}" if form.graded and form.strength is None else None,
        component="curb_dependence" if dependent else None,
        shares=_SHARES if dependent else (),
        stocks=whole and "stocks" in form.takes,
        trade=_trade(codes) if "trade" in form.takes else None,
    )  # fmt: skip


def _trade(codes: tuple[str, str]) -> TradeTable:
    """Return a table of trade between both sides and a third region."""
    names = (*codes, "REST")
    cell = {"source_title": "made up", "source_url": "made up", "how": "assumption"}
    whole, sold, rate = {"low": 90.0, "high": 110.0}, {"low": 1.0, "high": 3.0}, {"low": 0.0, "high": 20.0}
    return trade_table(
        [RegionRow(region=name, gdp_usd_bn=100.0, year=2024, **whole, **cell) for name in names],
        [
            FlowRow(exporter=j, importer=i, usd_bn=2.0, year=2024, **sold, **cell)
            for j, i in permutations(names, 2)
        ],
        [
            RateRow(
                day=f"{year}-01-01", importer=codes[0], exporter="REST", percent=year - 2020.0, **rate, **cell
            )
            for year in (2024, 2025)
        ],
    )


def _paid(
    form: Form, numbers: Numbers, codes: tuple[str, str] = ("AAA", "BBB"), whole: bool = True
) -> tuple[Effects, SeenParameters, Binding]:
    binding = _bound(form, numbers, codes, whole)
    known = {f"p.{role}": number for role, number in numbers.items()}
    known |= {f"p.{CONVEXITY}": 2.0, "x.l1": 1.0, "x.l2": 2.0} | dict(
        zip(_SHARES, (0.3, 0.5, 0.8), strict=True)
    )
    known |= {name: cell.value for name, cell in (binding.trade.quantities if binding.trade else {}).items()}
    recorder = SeenParameters(known)
    circumstances = Circumstances(*codes, recorder, State(curb_dependence=1, stocks=0))
    return binding.effects(circumstances), recorder, binding


def _payoffs_fault(form: Form, numbers: Numbers) -> str | None:
    for whole in (False, True):
        payoffs = _paid(form, numbers, whole=whole)[0]
        for whose, array in (("holder", payoffs.holder), ("other side", payoffs.other)):
            if np.shape(array) != (3,):
                return (
                    f"payoffs of the {whose} must have the shape (3,), one per level; got {np.shape(array)}"
                )
            if not np.isfinite(array).all():
                return f"payoffs of the {whose} are not finite: {np.asarray(array).tolist()}"
            if form.graded and array[0] != 0:
                return f"the calmest level pays the {whose} {array[0]}, not 0"
    return None


def _reads_fault(form: Form, numbers: Numbers) -> str | None:
    _, recorder, binding = _paid(form, numbers)
    declared = set(binding.parameters(binding.countries[0])) - set(_SHARES)
    unread = sorted(declared - recorder.read)
    return f"it does not read {unread}" if unread else None


def _codes_fault(form: Form, numbers: Numbers) -> str | None:
    # A form that knew a country would pay it otherwise than another.
    first, second = (_paid(form, numbers, codes)[0] for codes in (("AAA", "BBB"), ("USA", "CHN")))
    same = np.array_equal(first.holder, second.holder) and np.array_equal(first.other, second.other)
    return None if same else "its payoffs differ between AAA against BBB and USA against CHN"

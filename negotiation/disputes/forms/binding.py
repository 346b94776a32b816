"""A form bound to an instrument: the parameter that plays each role, for each country that holds it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes.domains import ANY, POSITIVE_SHARE, Domain
from negotiation.disputes.forms.form import CONVEXITY, HORIZON, Form
from negotiation.disputes.instrument import Circumstances, Effects, Level
from negotiation.disputes.payoffs import harm_left
from negotiation.disputes.trade.table import Market, TradeTable

LEVEL = "{level}"


@dataclass(frozen=True)
class Binding:
    """A form with the names of its parameters. Its methods become the functions of an `Instrument`."""

    form: Form
    instrument: str
    countries: tuple[str, ...]
    # Calmest first, for each country that holds it.
    levels: Mapping[str, tuple[Level, ...]]
    names: Mapping[str, str]
    # Name of the parameter with the strength of a level, with placeholders.
    strength: str | None = None
    # Label of the level of strength 1; if `None`, the strength of every level above the base is given by
    # `strength`, and is 1 without it.
    reference: str | None = None
    # Component of the state that scales the harm.
    component: str | None = None
    # Names of the shares at the component's steps, low to full.
    shares: tuple[str, ...] = ()
    # Name of the share at which harms are stated; the share of full dependence if `None`.
    reference_share: str | None = None
    # Whether there is no harm while stocks last.
    stocks: bool = False
    # The country at which each holder aims it; for a holder that is not named, the other country.
    targets: Mapping[str, str] = field(default_factory=dict)
    # Names of the parameters that say what third countries gain, with placeholders.
    bystanders: Mapping[str, str] = field(default_factory=dict)
    # Labels of the levels of strength 0; the calmest for a country that is not named.
    base: Mapping[str, str] = field(default_factory=dict)
    # The trade table, for a form that takes it.
    trade: TradeTable | None = None

    def effects(self, circumstances: Circumstances) -> Effects:
        """Return the payoffs of all levels."""
        return self.effects_of_many([circumstances])[0]

    def effects_of_many(self, many: Sequence[Circumstances]) -> list[Effects]:
        """Return the payoffs of all levels in each of several circumstances of one holder."""
        cases = [BoundCase(self, each) for each in many]
        together = self.form.effects_of_many
        paid = [self.form.effects(case) for case in cases] if together is None else together(cases)
        thirds = self.thirds(many[0].holder)
        if not thirds:
            return paid
        return [
            replace(
                effects,
                bystanders=effects.bystanders
                | {country: case.by_level(template) for country, template in thirds.items()},
            )
            for case, effects in zip(cases, paid, strict=True)
        ]

    def intensity(self, circumstances: Circumstances) -> FloatArray:
        """Return the strength of each level."""
        return BoundCase(self, circumstances).strength

    def parameters(self, holder: str) -> tuple[str, ...]:
        """Return the names of all parameters that a country's instrument reads."""
        return tuple(self.domains(holder))

    def domains(self, holder: str) -> dict[str, list[Domain]]:
        """Return the domains of each parameter that a country's instrument reads, by name."""
        by_name: dict[str, list[Domain]] = {}
        for role in self.form.roles:
            if role.name in self.names:
                for name in self.names_of(self.names[role.name], holder):
                    by_name.setdefault(name, []).append(role.domain.of(role.meaning))
        for template in self.thirds(holder).values():
            for name in self.names_of(template, holder):
                by_name.setdefault(name, []).append(ANY.of("percent of GDP"))
        for name, domain in ({} if self.trade is None else self.trade.domains).items():
            by_name.setdefault(name, []).append(domain)
        for label in self.graded(holder):
            by_name.setdefault(self.name(str(self.strength), holder, label), []).append(ANY.of("share"))
        # The share at full dependence is read in every state, another step's share in its own states.
        for name in (*self.shares[-1:], *(() if self.reference_share is None else (self.reference_share,))):
            by_name.setdefault(name, []).append(POSITIVE_SHARE.of("share"))
        return by_name

    def playing(self, role: str) -> tuple[str, ...]:
        """Return the names of the parameters in a role, for all holders; empty without such a role."""
        if role not in self.names:
            return ()
        parameter_names = (name for holder in self.levels for name in self.names_of(self.names[role], holder))
        return tuple(dict.fromkeys(parameter_names))

    def names_of(self, template: str, holder: str) -> tuple[str, ...]:
        """Return the names that a template gives: one, or one for each level except the base."""
        labels = self.others(holder) if LEVEL in template else [""]
        return tuple(self.name(template, holder, label) for label in labels)

    @cached_property
    def _filled(self) -> dict[tuple[str, str, str], str]:
        """A cache of the names that templates give; it is not a field, since bindings compare without it."""
        return {}

    def name(self, template: str, holder: str, label: str = "") -> str:
        """Return the name that a template gives for a holder and a level."""
        key = (template, holder, label)
        if key not in self._filled:
            self._filled[key] = template.format(
                holder=holder, other=self.target(holder), level=label, instrument=self.instrument
            )
        return self._filled[key]

    def target(self, holder: str) -> str:
        """Return the country at which a holder aims the instrument."""
        aim = self.targets.get(holder)
        return aim or next(country for country in self.countries if country != holder)

    def thirds(self, holder: str) -> dict[str, str]:
        """Return the templates of the bystanders' parameters for a holder, by country."""
        both = (holder, self.target(holder))
        return {country: name for country, name in self.bystanders.items() if country not in both}

    def graded(self, holder: str) -> tuple[str, ...]:
        """Return the labels of the levels whose strength is a parameter."""
        if self.strength is None or not self.form.graded or self.form.strength is not None:
            return ()
        return tuple(label for label in self.others(holder) if label != self.reference)

    def base_of(self, holder: str) -> str:
        """Return the label of the level of strength 0."""
        return self.base.get(holder, self.levels[holder][0].label)

    def others(self, holder: str) -> tuple[str, ...]:
        """Return the labels of all levels except the base."""
        base = self.base_of(holder)
        return tuple(level.label for level in self.levels[holder] if level.label != base)


@dataclass(frozen=True)
class BoundCase:
    """The input of a form of payoffs for one instrument in one situation.

    Parameters
    ----------
    binding : Binding
        The form, and the parameter that plays each of its roles.
    circumstances : Circumstances
        The holder of the instrument, the parameters and the state.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> case = load_scenario("us-china-2025").case("CHN", "rare_earth_curb")
    >>> case.value("lost_sales"), case.strength.tolist()
    (0.0025, [0.0, 0.08, 0.93, 1.0])
    """

    binding: Binding
    circumstances: Circumstances

    @property
    def levels(self) -> tuple[Level, ...]:
        """The holder's levels, calmest first."""
        return self.binding.levels[self.circumstances.holder]

    @property
    def roles(self) -> Collection[str]:
        """The roles that the instrument fills."""
        return self.binding.names

    @property
    def reference(self) -> int:
        """Position of the reference level; the harshest level if none is named."""
        labels = [level.label for level in self.levels]
        return len(labels) - 1 if self.binding.reference is None else labels.index(self.binding.reference)

    @property
    def base(self) -> int:
        """Position of the base level, at which strength is 0."""
        labels = [level.label for level in self.levels]
        return labels.index(self.binding.base_of(self.circumstances.holder))

    @property
    def market(self) -> Market:
        """World trade while both sides keep their base rates."""
        binding, sides = self.binding, (self.circumstances.holder, self.circumstances.other)
        assert binding.trade is not None  # noqa: S101 - a form that takes it is bound to it
        # A side that does not hold the instrument levies nothing.
        low, high = (
            next(
                (
                    level.value or 0.0
                    for level in binding.levels[side]
                    if level.label == binding.base_of(side)
                ),
                0.0,
            )
            if side in binding.levels
            else 0.0
            for side in sides
        )
        return binding.trade.market(self.circumstances.parameters, sides, (low, high))

    @property
    def strength(self) -> FloatArray:
        """Strength of each level, shape (levels,): 0 at the base and 1 at a named reference level."""
        if self.binding.form.strength is not None:
            return self.binding.form.strength(self)
        graded, holder = self.binding.graded(self.circumstances.holder), self.circumstances.holder
        template, p = str(self.binding.strength), self.circumstances.parameters
        others = [
            p[self.binding.name(template, holder, label)] if label in graded else 1.0
            for label in self.binding.others(holder)
        ]
        others.insert(self.base, 0.0)
        return np.array(others, dtype=np.float64)

    @property
    def dependence(self) -> float | None:
        """Current share of dependence; `None` if the instrument names no component of the state."""
        if self.binding.component is None:
            return None
        step = getattr(self.circumstances.state, self.binding.component)
        return self.circumstances.parameters[self.binding.shares[step]]

    @property
    def stocks_last(self) -> bool:
        """Whether stocks replace what a level withholds."""
        return self.binding.stocks and self.circumstances.state.stocks_last

    def value(self, role: str) -> float:
        """Return the value of the parameter that plays a role.

        Parameters
        ----------
        role : str
            A role that the instrument fills with a single parameter, not with one for each level.

        Returns
        -------
        float
            The value, in the parameter's unit. For the horizon it is the number of days since the step, if
            that is given.

        Raises
        ------
        KeyError
            If the instrument does not fill the role.
        """
        if role == HORIZON and self.circumstances.days is not None:
            return self.circumstances.days
        template = self.binding.names[role]
        return self.circumstances.parameters[self.binding.name(template, self.circumstances.holder)]

    def effect(self, role: str) -> FloatArray:
        """Return the effect of a role at each level.

        Parameters
        ----------
        role : str
            A role that the instrument fills.

        Returns
        -------
        array, shape (levels,)
            One parameter per level, or one parameter times the strength of each level; 0 at the base.

        Raises
        ------
        KeyError
            If the instrument does not fill the role.
        """
        return self.by_level(self.binding.names[role])

    def by_level(self, template: str) -> FloatArray:
        """Return, for each level, the value of the parameter that a template names.

        Parameters
        ----------
        template : str
            Name of a parameter, with placeholders such as "{level}" and "{holder}" for the parts that vary.

        Returns
        -------
        array, shape (levels,)
            One parameter per level if the template has "{level}"; otherwise one parameter times the strength
            of each level. 0 at the base.

        Raises
        ------
        UnknownParameter
            If the scenario has no parameter of such a name.
        """
        holder = self.circumstances.holder
        if LEVEL not in template:
            return self.circumstances.parameters[self.binding.name(template, holder)] * self.strength
        names = self.binding.names_of(template, holder)
        others = [self.circumstances.parameters[name] for name in names]
        others.insert(self.base, 0.0)
        return np.array(others, dtype=np.float64)

    def scaled_harm(self, greatest: float) -> float:
        """Return the harm at the current dependence.

        The harm is ``h_max * (d / d_max)**eta``, and 0 while stocks last. Here d is the current share of
        dependence, and d_max is the share at which h_max is stated: full dependence, unless the instrument
        names another share. If the instrument names no component of dependence, the harm is h_max.

        Parameters
        ----------
        greatest : float
            The harm h_max at the share d_max, without stocks.

        Returns
        -------
        float
            The harm, in the unit of `greatest`.
        """
        if self.stocks_last:
            return 0.0
        depends = self.dependence
        if depends is None:
            return greatest
        stated = self.circumstances.parameters[self.binding.reference_share or self.binding.shares[-1]]
        return harm_left(greatest, depends, stated, self.value(CONVEXITY))

"""The figure of an automaton: states as boxes on a circle, arrows labelled by profiles or signals.

Solid blue arrows are taken if everybody plays as prescribed, dashed orange ones after anything else. If
public signals lead from state to state, every arrow is solid and blue.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from textwrap import wrap

from matplotlib.axes import Axes

from negotiation.base.labelled.naming import readable
from negotiation.game_theory.strategies import OTHERWISE, Automaton
from negotiation.game_theory.strategies.automaton import Key, as_lottery
from negotiation.report.figures.graph import Arrow, Node, draw_graph, lines_of
from negotiation.report.figures.numerics import NUMERICS

# Most actions of a departing player that are named on an arrow; more are counted.
LISTED = 3

# Most states that are drawn one by one. Of more, those that play the same share a box, and boxes beyond this
# number are left out.
MOST = 12

# Characters of a line in a box.
WIDEST = 30


def automaton_figure(automaton: Automaton, ax: Axes | None = None) -> Axes:
    """Draw an automaton as a graph of its states."""
    groups = _groups(automaton)
    drawn = dict(list(groups.items())[:MOST])
    arrows, dropped = _arrows(automaton, drawn)
    nodes = {
        name: Node(_inscription(automaton, members), any(automaton.start.get(s, 0) for s in members))
        for name, members in drawn.items()
    }
    caption = "blue, solid: play as prescribed; orange, dashed: after anything else"
    if _is_public(automaton):
        caption = "arrows: after which public signal"
    if len(groups) < len(automaton.states):
        caption += "; states that play the same are drawn as one"
    if len(drawn) < len(groups):
        caption += f"; {len(groups) - len(drawn)} more are not drawn"
    if dropped:
        caption += f"; chances below {NUMERICS.least_chance:g} are not drawn"
    many = "" if len(automaton.states) == 1 else "s"
    return draw_graph(nodes, arrows, caption, f"A strategy of {len(automaton.states)} state{many}", ax)


def _is_public(automaton: Automaton) -> bool:
    """Return whether public signals lead from state to state, so that each can follow prescribed play."""
    return any(isinstance(k, str) and k != OTHERWISE for row in automaton.transitions.values() for k in row)


def _groups(automaton: Automaton) -> dict[str, list[str]]:
    """Return the states in each box by the first of them; up to `MOST` states have a box each."""
    if len(automaton.states) <= MOST:
        return {state: [state] for state in automaton.states}
    together: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for state in automaton.states:
        together[automaton.actions[state]].append(state)
    return {members[0]: members for members in together.values()}


def _arrows(automaton: Automaton, groups: Mapping[str, Sequence[str]]) -> tuple[list[Arrow], bool]:
    """Return one arrow for each pair of boxes, and whether chances were left out for being small."""
    home = {state: name for name, members in groups.items() for state in members}
    signals = _is_public(automaton)
    arrows: list[Arrow] = []
    dropped = False
    for name, members in groups.items():
        profile = automaton.actions[name]
        keys: dict[str, dict[float, list[Key]]] = defaultdict(lambda: defaultdict(list))
        count = 0
        # The key of play as prescribed: the profile, or the key of all others if the row does not name it.
        followed: set[Key] = set()
        for state in members:
            row = automaton.transitions[state]
            followed.add(profile if profile in row else OTHERWISE)
            for key, target in row.items():
                count += 1
                for successor, chance in as_lottery(target).items():
                    if successor not in home:
                        continue
                    if float(chance) >= NUMERICS.least_chance:
                        keys[home[successor]][round(float(chance), 4)].append(key)
                    else:
                        dropped = dropped or chance > 0
        for successor, by_chance in keys.items():
            # An arrow says "always" if every key leads there for sure.
            always = len(by_chance.get(1.0, [])) == count
            every = list(dict.fromkeys(key for named in by_chance.values() for key in named))
            # States that share a box can differ in their chances, so these are left out.
            labels = _lines(by_chance.items(), profile) if len(members) == 1 else _names(every, profile)
            text = "always" if always else "\n".join(labels)
            arrows.append(Arrow(name, successor, text, signals or bool(followed & set(every))))
    return arrows, dropped


def _lines(by_chance: Iterable[tuple[float, Sequence[Key]]], profile: Sequence[str]) -> list[str]:
    """Return the lines on an arrow: the keys, each with its chance unless that is 1."""
    lines: list[str] = []
    for chance, keys in by_chance:
        names = _names(keys, profile)
        lines += names if chance == 1.0 else [f"{name}: {chance:.2g}" for name in names]
    return lines


def _names(keys: Sequence[Key], profile: Sequence[str]) -> list[str]:
    """Return keys as text, with the departures of one player from the profile on one line."""
    departing: dict[int, list[str]] = defaultdict(list)
    names: list[str] = []
    for key in keys:
        if isinstance(key, str):
            names.append(key)
            continue
        apart = [i for i, (a, b) in enumerate(zip(key, profile, strict=True)) if a != b]
        if len(apart) == 1:
            departing[apart[0]].append(key[apart[0]])
        else:
            names.append(", ".join(key))
    together = []
    for i, actions in sorted(departing.items()):
        some = "/".join(actions) if len(actions) <= LISTED else f"{len(actions)} others"
        together.append(", ".join([*profile[:i], some, *profile[i + 1 :]]))
    return [*together, *names]


def _inscription(automaton: Automaton, members: Sequence[str]) -> list[str]:
    """Return the lines in a box: state, profile unless it is the name, and chance that play starts there."""
    state, profile = members[0], automaton.actions[members[0]]
    played, chance = ", ".join(profile), float(sum(automaton.start.get(s, 0) for s in members))
    start = [] if not chance else ["start"] if chance == 1.0 else [f"start {chance:.2g}"]
    named = wrap(readable(state), WIDEST) + ([f"and {len(members) - 1} like it"] if len(members) > 1 else [])
    lines = [] if played == state else lines_of([readable(action) for action in profile], WIDEST)
    return [*named, *lines, *start]

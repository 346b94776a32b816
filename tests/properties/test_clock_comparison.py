from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.games.product import joint_profile, product_game
from negotiation.game_theory.solvers.closed_forms import renewal
from negotiation.game_theory.solvers.values.value import value
from negotiation.strategies import OTHERWISE, Automaton

PARTS = st.fractions(Fraction(1, 4), 6, max_denominator=4)
DELTAS = st.fractions(Fraction(1, 5), Fraction(19, 20), max_denominator=20)
INSIDE = st.fractions(Fraction(1, 10), Fraction(9, 10), max_denominator=10)


@given(PARTS, PARTS, st.integers(1, 20), st.integers(1, 20), DELTAS, INSIDE)
def test_the_ranking_of_clocks_turns_round(g, s, short, more, delta, phi):
    clocks = {"short": short, "long": short + more}
    found = renewal.compare_clocks(g, s, clocks, delta, phi)
    for clocks, sign in ((found.equal_renewal, 1), (found.equal_survival, -1)):
        gap = clocks["long"].margins[0] - clocks["short"].margins[0]
        assert sign * gap > -1e-9
        # What is kept is worth more on a long clock either way.
        assert clocks["long"].kept[-1] > clocks["short"].kept[-1] - 1e-9


@given(PARTS, PARTS, st.integers(1, 8), st.integers(1, 3), DELTAS, INSIDE)
def test_survival_is_equal_by_period(g, s, short, times, delta, phi):
    found = renewal.compare_clocks(g, s, {"short": short, "long": times * short}, delta, phi).equal_survival
    # Over the long clock both face as much: the short one in several draws.
    assert abs(float(found["long"].renewal) - float(phi) ** times) < 1e-12
    assert found["long"].mean_life >= found["short"].mean_life


@given(PARTS, PARTS, st.integers(1, 6), st.data(), DELTAS, INSIDE)
def test_between_issues_alike_staggering_changes_nothing(g, s, n, data, delta, phi):
    offset = data.draw(st.integers(0, n - 1))
    least = renewal.least_renewal_probability(g, s, n, delta)
    assume(abs(least - phi) > 1e-6)
    assert renewal.staggered_clocks((g, g), (s, s), n, offset, delta, phi).holds == (phi > least)


def keep_and_break(gain, stake):
    return StageGame(
        [[[stake, 0], [-1000, 0]], [[stake + gain, 0], [0, 0]]],
        ("A", "B"),
        (("keep", "break"), ("calm", "punish")),
    )


ON, LAPSED = ("keep", "calm"), ("break", "punish")


def staggered_automaton(n, offset, phi, alone):
    """Return the joint automaton of two clocks: phases of both, what is left of one, and off."""
    actions, moves = {"off": joint_profile(LAPSED, LAPSED)}, {"off": {OTHERWISE: "off"}}

    def after_one(which, left):
        return f"{which} alone, {left} left" if alone[which] else "off"

    def stay(state, profile, target):
        actions[state] = profile
        total = {}
        for successor, chance in target:
            total[successor] = total.get(successor, 0) + chance
        kept = {successor: chance for successor, chance in total.items() if chance}
        moves[state] = {profile: kept, OTHERWISE: "off"}

    for phase in range(n):
        ends = [phase == n - 1, (phase - offset) % n == n - 1]
        following = f"phase {(phase + 1) % n}"
        lefts = [n - (phase + 1) % n, n - (phase + 1 - offset) % n]
        outcomes = []
        for first in (True, False) if ends[0] else (True,):
            for second in (True, False) if ends[1] else (True,):
                chance = (phi if first else 1 - phi) if ends[0] else 1
                chance *= (phi if second else 1 - phi) if ends[1] else 1
                if first and second:
                    outcomes.append((following, chance))
                elif first or second:
                    which = 0 if first else 1
                    outcomes.append((after_one(which, lefts[which]), chance))
                else:
                    outcomes.append(("off", chance))
        stay(f"phase {phase}", joint_profile(ON, ON), outcomes)
    for which in (0, 1):
        profile = joint_profile(*((ON, LAPSED) if which == 0 else (LAPSED, ON)))
        for left in range(1, n + 1):
            state = f"{which} alone, {left} left"
            if left > 1:
                stay(state, profile, [(f"{which} alone, {left - 1} left", 1)])
            else:
                stay(state, profile, [(f"{which} alone, {n} left", phi), ("off", 1 - phi)])
    return Automaton(actions, "phase 0", actions, moves)


@given(PARTS, PARTS, PARTS, PARTS, st.integers(1, 4), st.data(), DELTAS, INSIDE)
def test_clocks_in_turn_are_their_automaton_in_the_product_game(g1, s1, g2, s2, n, data, delta, phi):
    offset = data.draw(st.integers(0, n - 1))
    found = renewal.staggered_clocks((g1, g2), (s1, s2), n, offset, delta, phi)
    stage = product_game(keep_and_break(g1, s1), keep_and_break(g2, s2))
    automaton = staggered_automaton(n, offset, phi, [clock.holds for clock in found.alone])
    game = RepeatedGame(stage, delta)
    values = value(game, automaton)
    for phase in range(n):
        assert abs(values[f"phase {phase}", "A"] - found.values[phase]) < 1e-9
    assume(abs(found.margins.min()) > 1e-9)
    assert verify(game, automaton, exact=True).holds == found.holds

"""Faults of theories where the world moves, and of the bounds by which a path is ruled out."""

from tests.faults.fault import Fault

PATHS = ("unit/game_theory/checks/test_possible_paths.py",)
SOUND = ("properties/test_possible_paths.py", "unit/game_theory/checks/test_possible_paths.py")
POLICIES = ("unit/game_theory/checks/test_policies.py",)
MOVING = ("unit/truces/test_moving_verdicts.py",)
THEORIES = ("contracts/test_theories.py",)

THEORY_FAULTS = (
    Fault("possible paths: what a side can secure by itself", "game_theory/checks/possible_paths.py",
          ".max(axis=player).min().item()", ".min(axis=player).max().item()", PATHS),
    Fault("possible paths: a period that is not discounted", "game_theory/checks/possible_paths.py",
          "(1 - delta) * own[i][to] + delta * least[i]", "own[i][to] - delta * own[i][to] + least[i]", PATHS),
    Fault("possible paths: floors that rise too far", "game_theory/checks/possible_paths.py",
          "floor + tempted - outward, normals", "floor + 2.0 * tempted - outward, normals", SOUND),
    Fault("possible paths: departures that are not looked at count", "game_theory/checks/possible_paths.py",
          "departures is None or label in departures[i]", "departures is not None or label", PATHS),
    Fault("policies: only the state of the day", "game_theory/checks/policies.py",
          "for s in _reached(chances, rows, game.state_index(start)):",
          "for s in [game.state_index(start)]:", POLICIES),
    Fault("policies: a candidate taken for a bound", "game_theory/checks/policies.py",
          "candidate - short / (1.0 - delta)", "candidate + short + 0.01", POLICIES),
    Fault("policies: sets taken at their word", "game_theory/checks/policies.py",
          "if not family.holds:", "if family is None:", POLICIES),
    Fault("gains of the first policy for all", "game_theory/solvers/thresholds/policy.py",
          "_asked(game, policy, transfers=False) for policy in policies",
          "_asked(game, policies[0], transfers=False) for policy in policies",
          ("unit/game_theory/solvers/thresholds/test_policy.py",)),
    Fault("moving world: what follows is not discounted", "truces/theories/common/in_states.py",
          "((1.0 - delta) * self.now(player) + delta * later)",
          "((1.0 - delta) * self.now(player) + later)", MOVING),
    Fault("a gain of a period beside averages", "truces/theories/common/answered.py",
          "Departures((1.0 - delta) * gains,", "Departures(gains,",
          ("unit/truces/theories/test_margins_by_hand.py",)),
    Fault("by date: no period but the first of a stretch", "truces/theories/common/dated.py",
          "for before in (periods - 1.0, np.ones", "for before in (periods - 1.0, 0.0 * np.ones",
          ("unit/truces/theories/common/test_dated.py",)),
    Fault("by date: always renewed", "truces/theories/common/dated.py",
          "(phi * alone + (1.0 - phi) * after) / (1.0 - phi * shrunk)", "alone / (1.0 - shrunk)",
          ("unit/truces/theories/common/test_dated.py",)),
    Fault("a leg breaks because another does", "truces/theories/common/legs.py",
          "value.compress(against, axis=1).max(axis=1, initial=0.0)", "np.zeros(len(value))",
          ("unit/truces/theories/test_legs.py",)),
    Fault("a leg that nothing rules out is certified all the same", "truces/theories/common/certified.py",
          "agrees &= not any(check.holds for check in excluded.values())", "agrees &= True", THEORIES),
    Fault("the next level of a menu for the mildest that is harsher", "truces/theories/common/question.py",
          "return sorted(harsher, key=lambda level: position(player, level))", "return harsher", THEORIES),
    Fault("a part is its whole leg", "truces/theories/common/question.py",
          "steps[[name == instrument for name in members]]", "steps[[True for name in members]]",
          ("unit/truce_panel/test_generic_game.py",)),
    Fault("what is leverage alone gains as much", "truce_panel/generic_game.py",
          '(alone.low, alone.high) if one.own_benefit == "leverage_only" else (1.0, 1.0)', "(1.0, 1.0)",
          ("unit/truce_panel/test_generic_game.py",)),
    Fault("a theory may speak against what it says is kept", "truce_panel/keeping.py",
          "if shares is not None and found.coefficients[-1] > 0.0:", "if False:",
          ("unit/truce_panel/test_panel.py",)),
    Fault("whatever is near is as close", "truces/theories/common/question.py",
          "if len(set(apart)) == 1:", "if apart:", ("unit/truces/theories/test_question.py",)),
)  # fmt: skip

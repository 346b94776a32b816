"""Seeded faults: one place each, with the property and contract suites that have to find it.

Each is a slip that a person could make: a sign, an off-by-one in a clock, a lost or unscaled tolerance,
swapped players, a threat that starts too high, a row that does not sum to 1. `run.py` puts them in one by
one.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """A textual change of one place of the package, and where it ought to be found."""

    name: str
    file: str
    old: str
    new: str
    suites: tuple[str, ...]


AUTOMATA = ("properties/test_automata.py",)
VERIFY = ("properties/test_verify.py", "properties/test_automata.py", "contracts/test_solvers.py")
SOLVERS = ("properties/test_nash.py", "properties/test_invariants.py", "contracts/test_solvers.py")
STATIC = ("properties/test_static.py", "properties/test_invariants.py")
SETS = ("properties/test_equilibrium_payoffs.py",)
STATE = ("properties/test_state.py", "properties/test_invariants.py", "properties/test_game_machine.py")
RULES = ("properties/test_rules.py", "properties/test_invariants.py", "properties/test_game_machine.py")
WORLD = ("properties/test_scenario.py", "contracts/test_instruments.py")
DRAWN = ("properties/test_testing_strategies.py",)
UNLIKE = ("properties/test_unlike_discounting.py",)
HORIZON = ("properties/test_finite_horizon.py",)
OWNERSHIP = ("properties/test_ownership.py", "properties/test_invariants.py")
GAMES = ("properties/test_invariants.py", "properties/test_testing_strategies.py")

FAULTS = (
    # --- checks ---------------------------------------------------------------------------------------------
    Fault("sign of a deviation gain", "checks/automata.py",
          "gain = (1 - delta) * own[a] + delta * continuation - values[state]",
          "gain = values[state] - (1 - delta) * own[a] - delta * continuation", AUTOMATA),
    Fault("sign of the continuation", "checks/automata.py",
          "system[k, position[successor]] -= delta * chance",
          "system[k, position[successor]] += delta * chance", AUTOMATA),
    Fault("values that are not averages", "checks/automata.py",
          "right[k] = (1 - delta) * play.payoffs", "right[k] = play.payoffs", AUTOMATA),
    Fault("the least deviation in place of the worst", "checks/automata.py",
          "candidate.gain > worst.gain", "candidate.gain < worst.gain", AUTOMATA),
    Fault("one deviation is skipped", "checks/automata.py",
          "if a == index[player]:", "if a <= index[player]:", AUTOMATA),
    Fault("sign in exact elimination", "linear_systems.py",
          "for r in range(size):\n            factor", "for r in range(k + 1, size):\n            factor",
          ("properties/test_markov.py", "properties/test_public_automata.py", "properties/test_verify.py")),
    Fault("the best mixed deviation is not kept", "checks/verify.py",
          "value - expected > worst.gain", "value - expected < worst.gain", VERIFY),
    Fault("sign of a gain of a pure profile", "checks/verify.py",
          "gain = value - own[index[i]]", "gain = own[index[i]] - value", VERIFY),
    Fault("the player's own mixing is averaged over", "games/mixed_profiles.py",
          "if j != player:", "if j != len(strategies) - 1 - player:", VERIFY),
    Fault("sign of the margin", "solutions/verdict.py", "else -worst.gain", "else worst.gain", VERIFY),
    Fault("any shortfall counts as none", "solutions/verdict.py",
          "if not exact and -tolerance <= margin < 0:", "if not exact and margin < 0:", VERIFY),
    Fault("a lost tolerance", "solutions/verdict.py",
          "if not exact and -tolerance <= margin < 0:", "if not exact and 0 <= margin < 0:", VERIFY),
    Fault("a tolerance by the distance from zero", "numeric.py",
          "return float(np.ptp(array)) or 1.0", "return float(np.abs(array).max(initial=0.0)) or 1.0",
          ("properties/test_invariants.py", *VERIFY)),
    Fault("a tolerance below what a double resolves", "numeric.py",
          "return max(relative * payoff_scale(array), resolution)",
          "return min(relative * payoff_scale(array), resolution)",
          ("properties/test_invariants.py", *VERIFY)),
    # --- games ----------------------------------------------------------------------------------------------
    Fault("swapped players in a bimatrix game", "games/stage.py",
          "np.stack([first, second], axis=-1)", "np.stack([second, first], axis=-1)", GAMES),
    Fault("the wrong opponents' actions are held", "games/stage.py",
          "others = tuple(index[:player]) + tuple(index[player + 1 :])",
          "others = tuple(index[:player])[::-1] + tuple(index[player + 1 :])[::-1]", (*GAMES, *AUTOMATA)),
    Fault("signals whose rows need not sum to 1", "games/monitoring.py",
          "off = np.abs(sums - 1) > PROBABILITY_TOLERANCE if exact is None",
          "off = np.abs(sums - 1) > 1 if exact is None", GAMES),
    Fault("negative probabilities pass", "games/monitoring.py",
          "(np.isfinite(array) & (array >= 0))", "(np.isfinite(array) & (array >= -1))", GAMES),
    Fault("parts of a state in the wrong order", "games/factored_transitions.py",
          "indices = (indices[:, None] * len(row) + support[None, :]).ravel()",
          "indices = (indices[:, None] + support[None, :] * len(indices)).ravel()", GAMES),
    Fault("transition rows need not sum to 1", "games/transition_rows.py",
          "off = ~(np.abs(sums - 1.0) <= PROBABILITY_TOLERANCE)", "off = ~(np.abs(sums - 1.0) <= 1)", GAMES),
    Fault("false alarms grow with slips twice", "games/issue_signal.py",
          "AlarmChances(eps * (1 - m) + (1 - eps) * a,", "AlarmChances(eps * (1 - m) + (1 + eps) * a,",
          ("properties/test_issue_signals.py",)),
    Fault("the chance to stay ignores slips", "games/slips.py",
          "kernel[k, k] += 1 - up - down", "kernel[k, k] += 1 - up",
          ("properties/test_issue_signals.py", *STATE)),
    Fault("issues are multiplied", "games/product.py",
          "total = np.add(wide, deep)", "total = np.subtract(wide, deep)",
          ("properties/test_linking.py", *SETS)),
    # --- static solvers -------------------------------------------------------------------------------------
    Fault("equilibria near one another are merged", "solvers/nash/numerics.py",
          "same_profile: float = 1e-7", "same_profile: float = 0.6", SOLVERS),
    Fault("best replies along the first player's axis", "solvers/nash/pure_equilibria.py",
          "own.max(axis=i, keepdims=True)", "own.max(axis=0, keepdims=True)", SOLVERS),
    Fault("minmax is best for the punished", "solvers/stage/minmax.py",
          "values[i] = best.min()", "values[i] = best.max()",
          ("properties/test_invariants.py", "properties/test_penal_codes.py")),
    Fault("mixed minmax of the other player's matrix", "solvers/stage/minmax.py",
          "zero_sum_minmax(stage.payoffs[..., 1].T)", "zero_sum_minmax(stage.payoffs[..., 1])",
          ("properties/test_invariants.py",)),
    Fault("sign of disobedience", "solvers/stage/obedience_program.py",
          "excess = paid - np.diag(paid)[:, None]", "excess = np.diag(paid)[:, None] - paid", STATIC),
    Fault("a tie counts as strict dominance", "solvers/stage/dominators.py",
          '"strict" if signs.min() > 0 else "weak"', '"strict" if signs.min() >= 0 else "weak"', STATIC),
    Fault("the index does not depend on the size of the support", "solvers/nash/index.py",
          "(-1) ** (len(rows) + 1)", "(-1) ** (len(rows) * 2)", STATIC),
    Fault("logit in units of the largest payoff", "solvers/stage/logit_path.py",
          "top = precision * values - (precision * values).max()",
          "top = precision * values / values.max() - (precision * values / values.max()).max()", STATIC),
    # --- repeated games -------------------------------------------------------------------------------------
    Fault("swapped players in deviation gains", "solvers/payoff_sets/perfect/kernels/abreu_sannikov.py",
          "gains[i * m + j, 1] = row - moved[i * m + j, 1]",
          "gains[i * m + j, 1] = row - moved[i * m + j, 0]", SETS),
    Fault("a threat that starts too high", "solvers/payoff_sets/perfect/kernels/abreu_sannikov.py",
          "count, pure_minmax(stage), np", "count, pure_minmax(stage) + 0.01 * stage.size, np", SETS),
    Fault("a threat that starts too high, unlike discounting",
          "solvers/payoff_sets/perfect/judd_yeltekin_conklin.py",
          "threats = np.arange(len(stage.payoffs)), setting.minmax.copy()",
          "threats = np.arange(len(stage.payoffs)), setting.minmax + 0.05 * size", UNLIKE),
    Fault("an inner bound that is not shifted back", "solvers/payoff_sets/perfect/judd_yeltekin_conklin.py",
          "play.points + shift,", "play.points,", UNLIKE),
    Fault("half the stake in a threshold", "solvers/thresholds/profile.py",
          "low = max(low, gain / (gain + stake)) if gain else low",
          "low = max(low, gain / (gain + stake / 2)) if gain else low",
          ("properties/test_penal_codes.py", "properties/test_critical_discount_factors.py")),
    Fault("who is feared is mixed up", "solvers/closed_forms/mutual_restraint.py",
          "-gain / (harm - gain)", "-gain / (harm + gain)", ("properties/test_mutual_restraint.py",)),
    Fault("a period too many", "solvers/payoff_sets/finite/payoffs.py",
          "grown = game.q**earlier", "grown = game.q ** (earlier + 1)", HORIZON),
    Fault("an equilibrium has to be strict in the last period", "solvers/payoff_sets/finite/payoffs.py",
          "if max(gains) <= game.slack}", "if max(gains) < game.slack}", HORIZON),
    Fault("the whole value when a clock ends", "solvers/closed_forms/renewal.py",
          "kept[0] = phi * value", "kept[0] = value", ("properties/test_renewal.py",)),
    Fault("off by one in the clock", "solvers/closed_forms/renewal.py",
          "margins = delta * kept[:-1]", "margins = delta * kept[1:]", ("properties/test_renewal.py",)),
    Fault("a clock one period short", "strategies/renewed_truce.py",
          "for n in range(int(periods), 0, -1)]", "for n in range(int(periods), 1, -1)] or [\"1 left\"]",
          ("properties/test_renewal.py",)),
    Fault("a penance one period short", "strategies/penance.py",
          "names = [f\"punish {k + 1}\" for k in range(int(periods))]",
          "names = [f\"punish {k + 1}\" for k in range(max(1, int(periods) - 1))]",
          ("properties/test_invariants.py", "contracts/test_strategies.py")),
    Fault("a breach is forgiven", "strategies/grim_trigger.py",
          "transitions={peace: watch, war: {OTHERWISE: war}}",
          "transitions={peace: watch, war: {OTHERWISE: peace}}",
          ("properties/test_invariants.py", "properties/test_noisy_grim.py")),
    Fault("detection for false alarm", "solvers/closed_forms/noisy_grim.py",
          "(1 - delta + delta * p * lost)", "(1 - delta + delta * q * lost)",
          ("properties/test_noisy_grim.py",)),
    Fault("values start from every state alike", "solvers/values/value.py",
          "found += float(chance) * self.values", "found += self.values / len(self.states)",
          ("properties/test_invariants.py", *AUTOMATA)),
    Fault("beliefs are not updated", "solvers/readings/beliefs.py",
          "weights = belief[:, None] * chances", "weights = belief[:, None] + 0 * chances",
          ("properties/test_private_readings.py",)),
    Fault("the hazard is added", "world/periods.py",
          "* (1.0 - hazard)", "* (1.0 + hazard)", ("properties/test_invariants.py",)),
    # --- the world ------------------------------------------------------------------------------------------
    Fault("the truce's clock begins a third short", "world/state.py",
          "return {3: tick * renewed,", "return {2: tick * renewed,", STATE),
    Fault("a transition row that does not sum to 1", "world/state.py",
          "{after: move, step: 1.0 - move}", "{after: move, step: 1.0}", STATE),
    Fault("use slows the loss of leverage", "world/state.py",
          "if used else 0.0)", "if not used else 0.0)", STATE),
    Fault("authority is lost nearly always", "world/state.py",
          "return {0: lost, 1: 1.0 - lost}", "return {0: 1.0 - lost, 1: lost}", STATE),
    Fault("a period is a year over its lag", "world/state.py",
          "(lag_days / 365.0))", "(365.0 / lag_days))", STATE),
    Fault("a level moves to where it is", "world/rules.py",
          "if now == level.label:", "if now != level.label:", RULES),
    Fault("the law on the day of effect is not looked at", "world/rules.py",
          "law = law or scenario.missing_law(level, state, move.effective)", "law = law or None", RULES),
    Fault("off by one in the lead time", "world/rules.py",
          "if days < level.lead_days:", "if days <= level.lead_days:", RULES),
    Fault("a lost law takes a level too many", "world/rules.py",
          "instrument.labels(country)[: now + 1]", "instrument.labels(country)[: max(1, now)]", RULES),
    Fault("a move forgets the other side", "world/posture.py",
          "Postures({**self._levels, country: {**posture, **changes}})",
          "Postures({country: {**posture, **changes}})", RULES),
    Fault("payoffs against the harshest level", "world/setup.py",
          "raw.holder - raw.holder[0]", "raw.holder - raw.holder[-1]", WORLD),
    Fault("the Nash tariff of a price taker", "world/tariff_game.py",
          "/ (b + 2 * d)", "/ (b + d)", ("properties/test_tariff_game.py",)),
    Fault("a triangle counted as a square", "world/tariff_game.py",
          "surplus = self.demand_slope * quantity**2 / 2", "surplus = self.demand_slope * quantity**2",
          ("properties/test_tariff_game.py",)),
    Fault("ownership has to exceed the threshold", "world/ownership/graph.py",
          ">= threshold - KNIFE_EDGE)", ">= threshold + KNIFE_EDGE)", OWNERSHIP),
    Fault("a curb is not counted as use", "world/moving_game.py",
          "transition(state, bool(use[0]), bool(use[1]),", "transition(state, False, bool(use[1]),",
          ("properties/test_moving_game.py",)),
    # --- the record -----------------------------------------------------------------------------------------
    Fault("sign of a log score", "truces/prediction/scores.py",
          "scores: FloatArray = -np.log(given)", "scores: FloatArray = np.log(given)",
          ("properties/test_prediction.py",)),
    Fault("a predictor sees the day itself", "truces/record/past.py",
          "if move.announced.latest < as_of", "if move.announced.latest <= as_of",
          ("properties/test_prediction.py", "properties/test_invariants.py")),
    Fault("a saved state comes back calmer", "world/saving.py",
          "State(**saved.state.model_dump())", "State(**{**saved.state.model_dump(), \"clock\": 0})",
          ("properties/test_game_machine.py",)),
)  # fmt: skip

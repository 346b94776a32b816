"""Each invariant of the theory has a test that names it; this says which, and that it is there."""

import ast
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]

INVARIANTS = {
    # --- static ---------------------------------------------------------------------------------------------
    "a positive affine change of a player's payoffs changes no equilibrium":
        "properties/test_nash.py::test_a_positive_affine_change_of_payoffs_changes_no_equilibrium",
    "relabelling permutes equilibria":
        "properties/test_nash.py::test_relabelling_permutes_the_equilibria",
    "swapping players swaps equilibria":
        "properties/test_nash.py::test_swapping_the_players_swaps_the_equilibria",
    "a strictly dominated action is never played in a Nash equilibrium, and its removal changes none":
        "properties/test_nash.py::"
        "test_a_strictly_dominated_action_is_never_played_and_its_removal_changes_nothing",
    "nor in a correlated one":
        "properties/test_static.py::test_a_strictly_dominated_action_is_in_no_correlated_equilibrium",
    "removal changes no correlated welfare":
        "properties/test_static.py::test_safe_elimination_keeps_pure_equilibria_and_correlated_welfare",
    "not so for logit, and in repeated games a dominated action can be the punishment":
        "properties/test_invariants.py::"
        "test_removing_a_dominated_action_changes_logit_and_can_change_what_is_subgame_perfect",
    "a duplicated action splits probability in Nash equilibria":
        "properties/test_nash.py::test_a_duplicated_action_splits_the_probability",
    "not so in logit":
        "properties/test_invariants.py::test_a_duplicated_action_does_not_split_its_probability_in_logit",
    "adding a function of the opponents' actions keeps equilibria":
        "properties/test_nash.py::test_adding_a_function_of_the_opponents_action_changes_no_equilibrium",
    "and deviation gains":
        "properties/test_static.py::test_payoffs_that_depend_on_the_opponents_alone_change_no_gain",
    "every Nash equilibrium is a correlated one":
        "properties/test_static.py::test_every_nash_equilibrium_is_a_correlated_one",
    "logit at precision 0 is uniform":
        "properties/test_static.py::test_logit_at_precision_zero_is_uniform",
    "logit scales with payoffs":
        "properties/test_static.py::test_logit_scales_with_payoffs",
    "logit regret is at most ln(n) / precision":
        "properties/test_static.py::test_logit_regret_is_bounded_by_entropy_over_precision",
    "non-degenerate games have an odd number of equilibria":
        "properties/test_nash.py::test_a_non_degenerate_game_has_an_odd_number_of_equilibria",
    "and indices that sum to 1":
        "properties/test_static.py::test_indices_of_a_generic_game_sum_to_one",
    # --- repeated -------------------------------------------------------------------------------------------
    "between stage equilibria and the individually rational":
        "properties/test_equilibrium_payoffs.py::"
        "test_between_the_stage_equilibria_and_the_individually_rational_payoffs",
    "V grows with delta":
        "properties/test_equilibrium_payoffs.py::test_patience_loses_nothing",
    "also for perfect public equilibria":
        "properties/test_public_equilibria.py::test_the_set_grows_with_patience",
    "B(V) = V, and what generates itself lies within V":
        "properties/test_equilibrium_payoffs.py::test_the_set_is_a_fixed_point_and_none_larger_is",
    "inner within V within outer":
        "properties/test_equilibrium_payoffs.py::test_every_certified_set_passes_the_check",
    "outer bounds are tighter with nested directions":
        "properties/test_unlike_discounting.py::"
        "test_nested_directions_bound_more_tightly_and_the_whole_operator_most",
    "at most three extreme points a profile, each a stage payoff or with a binding constraint":
        "properties/test_equilibrium_payoffs.py::"
        "test_each_extreme_point_is_a_stage_payoff_or_has_a_binding_constraint",
    "a symmetric game has a symmetric set":
        "properties/test_equilibrium_payoffs.py::test_a_symmetric_game_has_a_symmetric_set",
    "affine equivariance, also by a large constant":
        "properties/test_equilibrium_payoffs.py::test_affine_changes_carry_over",
    "thresholds are homogeneous of degree 0":
        "properties/test_automata.py::test_critical_discount_factors_are_homogeneous_of_degree_0",
    "a duplicated action changes no payoff set":
        "properties/test_equilibrium_payoffs.py::test_a_duplicated_action_changes_nothing",
    "nor one duplicated with its signal law":
        "properties/test_public_equilibria.py::test_an_action_duplicated_with_its_signals_changes_nothing",
    "adding a function of the opponents' actions can change V":
        "properties/test_equilibrium_payoffs.py::test_what_the_other_does_to_a_player_matters",
    "V of two issues contains the sum":
        "properties/test_equilibrium_payoffs.py::test_two_issues_together_sustain_the_sums",
    "with unlike discount factors V can leave the feasible set":
        "unit/game_theory/solvers/penal_codes/test_strategy_for.py::"
        "test_a_patient_player_can_be_paid_more_than_any_profile_for_ever_pays",
    "a strategy's discount factors need not be an interval":
        "unit/game_theory/solvers/thresholds/test_critical_discount_factor.py::test_two_intervals",
    # --- noise ----------------------------------------------------------------------------------------------
    "a revealing signal gives back V":
        "properties/test_public_equilibria.py::test_a_revealing_signal_gives_back_perfect_monitoring",
    "garbling never enlarges":
        "properties/test_public_equilibria.py::test_garbling_never_enlarges",
    "more slips is not a garbling":
        "properties/test_public_equilibria.py::"
        "test_more_slips_are_not_a_garbling_since_they_change_what_is_paid",
    "the best value falls in p and rises in q":
        "properties/test_public_perfect_limit.py::"
        "test_the_best_total_falls_in_false_alarms_and_rises_in_detection",
    "values respect the patient limit's bounds at every common delta":
        "properties/test_public_perfect_limit.py::test_the_bounds_hold_at_every_discount_factor",
    # --- automata -------------------------------------------------------------------------------------------
    "the one-shot test is zero best-reply gain in every reachable state":
        "properties/test_automata.py::"
        "test_passing_the_one_shot_test_is_having_no_better_plan_in_any_reached_state",
    "merging equivalent states changes nothing":
        "properties/test_automata.py::test_splitting_a_state_into_equivalent_ones_changes_nothing",
    "renaming states changes nothing":
        "properties/test_automata.py::test_renaming_states_changes_nothing",
    "an automaton equals its unrolled play":
        "properties/test_automata.py::test_an_automaton_is_worth_its_unrolled_play",
    # --- dynamic --------------------------------------------------------------------------------------------
    "one state is the repeated game":
        "properties/test_markov.py::test_with_one_state_automata_are_judged_as_in_the_repeated_game",
    "and its payoff set that of the repeated game":
        "properties/test_stochastic_payoffs.py::test_one_state_is_the_repeated_game",
    "identical states give identical sets":
        "properties/test_stochastic_payoffs.py::test_identical_states_have_the_set_of_the_repeated_game",
    "relabelling states permutes the sets":
        "properties/test_stochastic_payoffs.py::test_relabelled_states_permute_the_sets",
    "pure Markov perfect values lie in the sets, and with transfers the set contains the set without":
        "properties/test_stochastic_payoffs.py::"
        "test_pure_markov_perfect_values_are_in_the_sets_and_these_in_those_with_transfers",
    "relabelling states permutes":
        "properties/test_markov.py::test_relabelling_states_permutes_what_is_found",
    "identical states give identical values":
        "properties/test_invariants.py::"
        "test_identical_states_have_identical_values_and_relabelling_states_permutes_them",
    "a break-up hazard scales thresholds by 1 / (1 - hazard)":
        "properties/test_invariants.py::test_a_break_up_hazard_scales_thresholds_by_one_over_survival",
    # --- the world ------------------------------------------------------------------------------------------
    "transition rows sum to 1":
        "properties/test_state.py::test_every_row_at_extreme_parameters",
    "an illegal move is refused and changes nothing":
        "properties/test_rules.py::test_a_move_is_made_as_named_or_refused_whole",
    "and so in any course of play":
        "properties/test_game_machine.py::test_the_rules_hold_after_every_step",
    "a lower ownership threshold never covers fewer":
        "properties/test_ownership.py::test_lower_threshold_never_covers_fewer",
    "covering is idempotent":
        "properties/test_ownership.py::test_covering_is_idempotent",
    "a zero-weight issue drops out":
        "properties/test_invariants.py::test_an_issue_of_zero_weight_drops_out",
    "with curbs off, no slips and one issue the model is the tariff game":
        "unit/disputes/test_posture_game.py::test_with_curbs_off_and_one_issue_it_is_the_tariff_game",
    "replay is bit-identical under a seed":
        "unit/truces/replay/test_replay.py::test_same_seed_gives_the_same_shares_to_the_bit",
    "probabilities of the next move sum to 1":
        "unit/truces/prediction/baselines/test_all.py::"
        "test_chances_are_chances_and_longer_windows_have_no_less",
}  # fmt: skip


@cache
def names_in(path):
    tree = ast.parse((TESTS / path).read_text())
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_an_invariant_has_its_test():
    for invariant, place in INVARIANTS.items():
        path, _, name = place.partition("::")
        assert name.startswith("test_"), invariant
        assert name in names_in(path), invariant


def test_each_names_a_test_of_its_own():
    assert len(set(INVARIANTS.values())) == len(INVARIANTS)

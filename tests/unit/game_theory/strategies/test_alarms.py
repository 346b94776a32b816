import pytest

from negotiation.errors import InvalidStrategy
from negotiation.game_theory.games import PublicSignal
from negotiation.game_theory.games.product import product_game
from negotiation.strategies import grim_trigger, penance, product_automaton

C, D = ("C", "C"), ("D", "D")
REPENT = {"A": ("C", "D"), "B": ("D", "C")}


def test_grim_after_alarms(dilemma):
    strategy = grim_trigger(dilemma, C, D, alarm=["alarm A", "alarm B"])
    assert strategy.next_states("cooperate", "alarm B") == {"punish": 1}
    assert strategy.next_states("cooperate", "calm") == {"cooperate": 1}


def test_penance_of_whom_the_alarm_accuses(dilemma):
    blame = {"A": ["alarm A", "both"], "B": ["alarm B", "both"]}
    strategy = penance(dilemma, C, REPENT, 2, alarm=blame)
    assert strategy.next_states("cooperate", "alarm B") == {"punish B 1": 1}
    assert strategy.actions["punish B 1"] == ("D", "C")
    assert strategy.next_states("punish B 1", "alarm A") == {"punish B 2": 1}
    assert strategy.next_states("cooperate", "both") == {"cooperate": 1}
    assert strategy.reachable() == strategy.states


def test_a_product_of_parts_keyed_by_signals_has_a_signal_for_each(dilemma):
    part = grim_trigger(dilemma, C, D, alarm="alarm")
    signal = PublicSignal([[[0.9, 0.1]] * 2] * 2, ("calm", "alarm"))
    joint = product_game(dilemma, dilemma)
    both = product_automaton(joint, [part, part], signals=[signal, signal])
    assert both.next_states("cooperate|cooperate", "calm|alarm") == {"cooperate|punish": 1}
    with pytest.raises(InvalidStrategy, match="one signal for each part, 2 in all"):
        product_automaton(joint, [part, part], signals=[signal])

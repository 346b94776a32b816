"""What governments' dated choices reveal of payoffs: the coded choices and the draws that agree with them.

Public: `negotiation.revealed` and the class of its result. The rest may change.
"""

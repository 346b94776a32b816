"""What governments' dated choices reveal about payoffs: coded choices, and the draws that agree with them.

The public part is `negotiation.revealed` and the classes of its results. Everything else may change.
"""

"""Relational contracts: agreements between players who can pay each other and renegotiate.

Public: `negotiation_equilibrium` and what it returns; the rest may change.
"""

"""Relational contracts: agreements between players who can pay each other and renegotiate.

Public: `negotiation_equilibrium`, and what they return; the rest may change.
"""

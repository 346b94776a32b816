"""Critical discount factors of strategies, profiles and policies.

Public: `critical_discount_factor`, `least_self_enforcing_link`, `least_weakly_renegotiation_proof`,
`linking`, `renegotiation_proofness`, and what they return; the rest may change.
"""

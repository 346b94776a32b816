"""Relational contracts: what players agree on who can pay each other and bargain anew."""

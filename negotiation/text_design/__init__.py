"""Which text would hold: a space of texts, a search over it, the frontier, and the anatomy of a text."""

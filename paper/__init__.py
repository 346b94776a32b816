"""The paper of this checkout: its text, its data, and the machinery that builds it; not in the wheel."""

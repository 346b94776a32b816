"""Games and results as files that other programs read, and claims that a kernel of its own decides."""

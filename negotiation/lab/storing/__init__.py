"""The store of an experiment: its tables, who may open it, what is written, and what is read of it."""

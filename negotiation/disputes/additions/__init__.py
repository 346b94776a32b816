"""Instruments put together from their files, held to the dispute that they join, added and taken away."""

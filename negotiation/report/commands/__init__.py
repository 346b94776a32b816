"""The work of the subcommands, one module for each, and what they share. Nothing here is public."""

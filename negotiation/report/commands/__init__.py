"""The subcommands, one module for each or for a few, and the code they share. Nothing here is public."""

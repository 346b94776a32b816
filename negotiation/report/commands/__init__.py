"""What the subcommands do, one module for each, and what they share. Nothing here is public."""

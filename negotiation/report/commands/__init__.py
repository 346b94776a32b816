"""What the subcommands do: one module a command, and what they share."""

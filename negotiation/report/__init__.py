"""Tables and figures for people: on the terminal, in files, in print."""

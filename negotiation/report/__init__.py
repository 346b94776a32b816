"""Tables and figures for people: on the terminal, in files, in print.

Nothing here is public: the commands are, by their names, options and exit statuses.
"""

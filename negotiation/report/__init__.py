"""Tables and figures for people: on the terminal, in files and in print.

Only the commands are public: their names, options and exit statuses. The modules here are not.
"""

"""The entity list as a rule over a graph of owners."""

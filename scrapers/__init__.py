"""Reads what publishers show, and knows the difference between "nothing open" and "could not read it"."""

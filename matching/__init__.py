"""Ranks calls against a city's priorities and says why; one scoring function for every door."""

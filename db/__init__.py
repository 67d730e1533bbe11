"""Keeps calls, runs, matches and deliveries: session first, domain objects in and out, rows never leave."""

"""Tells what is known of a call in words, for the page and the terminal alike."""

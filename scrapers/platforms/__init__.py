"""The shared engines, each named for the access method that its sources have in common."""

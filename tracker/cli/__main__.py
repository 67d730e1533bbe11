"""Lets `python -m tracker.cli` be the command line, where the script `tracker` is not on the path."""

from tracker.cli.main import main

main()

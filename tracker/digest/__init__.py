"""The mail that a colleague reads on Monday: `edition` decides what is in it, `compose` makes the message."""

"""One file a step; each knows only the step before it and no application code."""

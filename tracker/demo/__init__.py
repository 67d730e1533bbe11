"""Stand-ins of the sources and our own sample calls, for the demonstration and the tests alone."""

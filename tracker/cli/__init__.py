"""The command line: one module a noun, thin, deciding nothing."""

"""The command line: thin, one command = one call into ``pipeline`` and its views."""

"""The command line: thin adapters around actions and operator services."""

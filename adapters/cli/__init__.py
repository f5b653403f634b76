"""The command line: `ruimte`."""

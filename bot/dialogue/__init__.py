"""The conversation with one person about one round, as a pure table."""

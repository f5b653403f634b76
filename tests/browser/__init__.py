"""The seed, played in a real browser."""

"""Themes, quotes and scrubbing."""

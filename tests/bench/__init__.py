"""Measurements: what takes long, and how well themes are found."""

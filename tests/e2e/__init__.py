"""Whole conversations in the platforms' own clients, or in what stands in for them."""

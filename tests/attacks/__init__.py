"""Attacks on the anonymity, with everything that is stored."""

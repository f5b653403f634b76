"""Whole conversations: the real service, made-up people, a clock that is moved."""

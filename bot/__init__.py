"""The dialogue engine: what to ask whom and when, and what may be shown."""

"""One suite per port of bot/ports/, over every implementation."""

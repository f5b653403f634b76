"""One suite per port of bot/ports.py, over every implementation."""

"""Slack, against its limits and against payloads as it sends them."""

"""Slack, against a Slack that we did not write: local-slack, driven by Chromium and by its control interface."""

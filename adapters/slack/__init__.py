"""Slack: payload to event, neutral message to Block Kit, messenger and directory. The only place of Slack's SDK."""

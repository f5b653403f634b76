"""Microsoft Teams, against a client that we did not write: Microsoft's Agents Playground, driven by Chromium."""

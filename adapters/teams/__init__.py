"""Microsoft Teams: payload to event, neutral message to Adaptive Card, messenger and directory.

The only place of Microsoft's SDK. Cards and what comes back from them are plain dicts.
"""

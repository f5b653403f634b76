"""Microsoft Teams: cards, the way in, and what is done with what comes in."""

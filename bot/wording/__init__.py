"""What Ruimte says: from what happened to a neutral message, in the reader's language. Texts come from `prompts/ui`."""

"""Question packs, interface texts, and what holds them to their rules."""

"""Question packs, codebooks and interface texts as data, with their loader and checker."""

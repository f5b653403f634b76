"""The tests of Ruimte, mirroring the source."""

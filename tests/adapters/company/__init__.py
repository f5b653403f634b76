"""Tests of the make-believe company."""

"""Tests of how pages are served to many browsers at once."""

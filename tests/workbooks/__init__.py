"""Tests of what people hand in."""

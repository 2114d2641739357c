"""Tests of the intake's day."""

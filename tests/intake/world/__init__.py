"""Tests of the intake's world."""

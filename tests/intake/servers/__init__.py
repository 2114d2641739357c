"""Tests of the intake's servers."""

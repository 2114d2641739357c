"""Tests of the command API over real HTTP."""

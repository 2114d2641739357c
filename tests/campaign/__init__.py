"""Tests of loading and checking a campaign folder."""

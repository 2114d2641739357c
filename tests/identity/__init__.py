"""Tests of accounts, passwords and sessions."""

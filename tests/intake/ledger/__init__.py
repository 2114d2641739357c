"""Tests of the intake's ledger."""

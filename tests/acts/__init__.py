"""Tests of the ledger of human acts."""

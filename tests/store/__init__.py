"""Tests of the store on real DuckDB files."""

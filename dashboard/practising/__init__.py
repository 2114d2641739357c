"""The practice page and its sheets."""

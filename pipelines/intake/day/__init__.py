"""Whole days in virtual time: the day so far, and a day from a seed."""

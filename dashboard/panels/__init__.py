"""Panels and cards that pages are put together from."""

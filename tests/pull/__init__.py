"""Tests of pulling: the HTTP exchange, the sources, the checks, the transforms."""

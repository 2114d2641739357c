"""Tests of the scheduled jobs against real loopback servers."""

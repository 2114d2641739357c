"""Tests of the hourly reports."""

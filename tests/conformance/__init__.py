"""Tests of the source contract against servers that keep to it and servers that do not."""

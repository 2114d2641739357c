"""The district map and its layers."""

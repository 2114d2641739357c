"""Charts: pure functions of a frame."""

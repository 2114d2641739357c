"""The pages' figures: pure functions from frames to labelled values."""

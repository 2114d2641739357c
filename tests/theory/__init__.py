"""The engine against theory and against engines of another kind."""

"""Tables: pure functions from a frame to what is shown."""

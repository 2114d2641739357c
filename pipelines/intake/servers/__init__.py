"""The HTTP servers of the simulated registration systems: front ends and the data interface."""

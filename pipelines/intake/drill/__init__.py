"""Breaking the day on purpose: what can be broken, what may be asked for, and the ways to ask."""

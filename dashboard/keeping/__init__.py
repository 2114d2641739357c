"""Tickets, readiness and close-out on the screen: what stands open, its next step, and the acts that settle it."""

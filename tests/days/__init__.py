"""Days played to their end in steps: a told world, a command server moved by hand, people who act."""

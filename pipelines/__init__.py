"""Pull, check and store what the registration systems say, and answer questions about it."""

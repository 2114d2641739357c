"""What towns and sites read of themselves."""

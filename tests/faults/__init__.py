"""What a drill can break, tried for real."""

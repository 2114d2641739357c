"""What holds, shown."""

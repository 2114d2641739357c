"""What is wrong and why, what is to come, and what to do about it: pure functions over asked frames."""

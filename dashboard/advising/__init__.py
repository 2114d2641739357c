"""What disturbs the day and what to do about it, in words and acts."""

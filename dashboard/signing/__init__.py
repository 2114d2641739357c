"""Who comes in: sign-in, the cookie, the way into the pages."""

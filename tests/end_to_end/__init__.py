"""The whole product, as processes and a browser see it."""

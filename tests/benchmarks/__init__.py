"""What the product reaches, measured: each module prints its own rows, the package prints all of them."""

"""Language models: local, over HTTP, and what is asked of them."""

"""Language models: the local one, servers over HTTP, and the questions put to them."""

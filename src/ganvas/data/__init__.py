"""Training data: captioned folders and tar shards, decoded once, in an order that can be resumed at any step."""

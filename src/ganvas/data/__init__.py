"""Material to learn from: captioned folders, decoded once, in an order that can start anywhere."""

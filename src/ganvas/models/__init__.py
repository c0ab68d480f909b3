"""Model folders: how they are found, read, verified and signed, in one way for all pipelines."""

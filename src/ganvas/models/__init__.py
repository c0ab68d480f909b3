"""Model folders: found, read, verified, signed. Below pipelines, so that every pipeline reads them
in one way.
"""

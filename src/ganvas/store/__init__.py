"""Keeping works: what every store does, and the folder of files."""

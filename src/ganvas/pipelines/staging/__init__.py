"""Lays out a scene by the outlines of what was drawn: relations, groups, ground and sky."""

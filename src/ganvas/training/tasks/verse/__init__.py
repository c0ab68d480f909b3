"""Verse: data, networks and objectives, and how a poet is saved."""

"""Judges: small heads over frozen features, trained after the generator."""

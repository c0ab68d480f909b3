"""The engine: the adversarial loop and all that survives a crash. It knows no kind of work."""

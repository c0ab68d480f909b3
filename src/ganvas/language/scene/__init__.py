"""Scenes: from an idea to a Brief (director, rules), and from a Brief to conditions (bridge)."""

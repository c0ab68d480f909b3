"""From an idea to a Brief, and from a Brief to conditions."""

"""A kind of work that Ganvas does not have: points in the plane. All that it needs is in this folder."""

"""Image models: data, networks and objectives, and how they are saved."""

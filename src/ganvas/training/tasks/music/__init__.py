"""Music: data, networks and objectives, and how a composer is saved."""

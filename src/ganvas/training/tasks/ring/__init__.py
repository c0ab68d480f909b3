"""Eight Gaussians on a ring: the smallest adversarial problem."""

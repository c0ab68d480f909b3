"""What pictures go through before a discriminator sees them, and how training pictures are disturbed."""

"""Augmentations: views of pictures for the discriminator, degradations of training pictures, edges."""

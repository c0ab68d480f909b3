"""The ground floor: errors, random streams, files, settings, images, latent operations. It imports no other floor."""

"""The ground floor: errors, named random streams, files, config, images, latent moves. Imports no other floor."""

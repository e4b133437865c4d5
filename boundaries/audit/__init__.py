"""Find what is wrong with the layers; change nothing."""

"""Search for alternative community divisions."""

"""Population onto units."""

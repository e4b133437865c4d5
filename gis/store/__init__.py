"""The project store: named, versioned, immutable layers and plans."""

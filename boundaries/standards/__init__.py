"""Standard profiles as data files, and their loader."""

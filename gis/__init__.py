"""The ground: CRS, files, encodings, schema check, store and maps. Does not know what a community is."""

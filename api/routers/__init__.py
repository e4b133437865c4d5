"""The routes of the service; each translates, calls downward once, and translates back."""

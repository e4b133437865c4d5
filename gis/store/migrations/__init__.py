"""Alembic migrations of the store; ``versions`` holds one file a step, applied when a store is opened."""

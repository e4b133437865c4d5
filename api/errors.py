"""Errors of the top floor, and the one table from error class to HTTP status."""

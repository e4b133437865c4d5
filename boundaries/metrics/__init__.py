"""Published measures of a plan, one family a file."""

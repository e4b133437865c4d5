"""Browser libraries that stand-alone maps carry inside themselves."""

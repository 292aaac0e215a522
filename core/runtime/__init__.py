"""What a call runs in: the site, the context of a call, the unit of work."""

"""Hook specifications, discovery, order, and the toolkit for extensions."""

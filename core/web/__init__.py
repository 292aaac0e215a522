"""Pages: read actions in, templates out."""

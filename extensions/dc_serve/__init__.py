"""dc_serve."""

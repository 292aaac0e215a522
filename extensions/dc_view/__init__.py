"""dc_view."""

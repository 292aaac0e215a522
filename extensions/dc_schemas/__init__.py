"""dc_schemas."""

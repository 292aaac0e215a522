"""A dataset as others cite and describe it: one record, many formats."""

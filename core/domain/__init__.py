"""Pure rules: no Flask, no SQLAlchemy, no clock, no randomness."""

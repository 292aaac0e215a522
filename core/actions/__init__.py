"""Action functions, one module per aggregate: the only way in."""

"""Parameter and object models, field types, shaping of errors."""

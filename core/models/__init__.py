"""Tables and named queries, one module per aggregate."""

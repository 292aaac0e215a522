"""Running all parts of a site on one machine: supervisord, Valkey, web, workers."""

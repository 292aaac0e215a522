"""Auth functions, roles, permission labels: the only place that decides who may."""

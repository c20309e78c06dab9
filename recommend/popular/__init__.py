"""Popular: what most people look at and buy."""

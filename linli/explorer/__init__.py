"""政策查询: what must, may and must not be done in a place on a day, for everybody to read. It has no models."""

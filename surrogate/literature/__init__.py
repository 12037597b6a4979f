"""Published cells: records, their sources and checks, and the designs that they stand for."""

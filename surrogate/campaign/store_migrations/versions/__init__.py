"""Versions of the tables, each brought about from the one before. None leads back: a copy is kept instead."""

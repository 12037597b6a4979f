"""Reading and writing tables as people really have them."""

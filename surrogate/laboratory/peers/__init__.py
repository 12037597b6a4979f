"""Programs that ask one other project each; none of them imports the rest of the package but ``exchange``."""

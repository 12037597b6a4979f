"""Published numbers beside what the physics predicts."""

"""Training and judging by a recipe."""

from surrogate.learning.evaluate import evaluate
from surrogate.learning.train import TrainingResult, train
from surrogate.learning.training_recipe import Recipe, load_recipe

__all__ = ["Recipe", "TrainingResult", "evaluate", "load_recipe", "train"]

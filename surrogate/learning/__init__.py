"""Training and judging by a recipe."""

from surrogate.learning.evaluate import evaluate
from surrogate.learning.recipe import Recipe, load_recipe
from surrogate.learning.train import TrainingResult, train

__all__ = ["Recipe", "TrainingResult", "evaluate", "load_recipe", "train"]

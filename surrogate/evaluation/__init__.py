"""How predictions are judged: splits by paper, metrics, scorecards, and how far a design is from what was learned."""

"""What a judge asks beside the scores: where a model fails, and whether another one is better."""

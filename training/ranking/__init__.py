"""The boosted trees that weigh candidates, and those of the second opinion."""

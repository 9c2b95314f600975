"""The encoder: parsed news, windows, training, graphs; ranks of held-out substitutions."""

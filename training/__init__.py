"""What makes the learned tables of models/: one module per builder, in rooms named as those of restore/ that read them.

`python -m training --list` shows the steps in their order (steps.py). Nothing in restore/ imports this package, and no
wheel holds it.
"""

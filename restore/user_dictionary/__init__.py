"""What the user keeps and prefers."""

"""What people see of a restoration: the text, a diff, a table of what was repaired and why."""

"""Gold markup, scores and the spinner simulator."""

"""The parts that restore a text, the way to the fixed point, and what names all that a result hangs on."""

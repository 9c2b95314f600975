"""What every part stands on: tables of models/, files written whole, cores and memory."""

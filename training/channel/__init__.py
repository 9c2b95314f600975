"""What spinners were seen to write for what."""

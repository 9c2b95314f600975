"""Measurements that are run by hand: `python benchmarks/NAME.py`."""

"""Makes pytest put the checkout on the path: tests import `tests.helpers`, `training` and `benchmarks`."""

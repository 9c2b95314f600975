"""A real Ray cluster of two nodes on this machine, small and on loopback, and gone afterwards whatever happens."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # the name says it badly: all addresses are those of loopback
NODE = {"num_cpus": 2, "object_store_memory": 150_000_000}


@contextmanager
def two_nodes() -> Iterator[Any]:
    """Give a `ray.cluster_utils.Cluster` of a head that runs the driver and one more node."""
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={**NODE, "include_dashboard": False})
    try:
        cluster.add_node(**NODE)
        yield cluster
    finally:
        cluster.shutdown()

"""A real Ray cluster of two nodes on this machine: small, on loopback, and gone afterwards whatever happens."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.helpers import ROOT

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
# The name says it badly: without clusters of several machines, all addresses are those of loopback.
os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "0"
NODE = {"num_cpus": 2, "object_store_memory": 150_000_000}


@contextmanager
def two_nodes() -> Iterator[Any]:
    """Yield a `ray.cluster_utils.Cluster` of a head and one more node, whose processes find the engine."""
    from ray.cluster_utils import Cluster

    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [before])])
    cluster = Cluster(initialize_head=True, head_node_args={**NODE, "include_dashboard": False})
    try:
        cluster.add_node(**NODE)
        yield cluster
    finally:
        cluster.shutdown()
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before

"""Write a bill of materials (CycloneDX 1.6, JSON) of the package: its tables and what it brings along.

    python release/sbom.py > sbom.json          where all extras are installed

The same installation gives the same bytes: no time and no random serial number stand in it.
"""

from __future__ import annotations

import sys
import tomllib

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from installed import PROJECT, ROOT, packages
from packageurl import PackageURL

from restore import __version__


def bill() -> str:
    """Return the bill as JSON."""
    licences = LicenseFactory()
    root = Component(
        type=ComponentType.APPLICATION,
        name=PROJECT["name"],
        version=__version__,
        bom_ref=PROJECT["name"],
        licenses=[licences.make_from_string(PROJECT["license"])],
        purl=PackageURL("pypi", name=PROJECT["name"], version=__version__),
    )
    bom = Bom(serial_number=None, components=[*_tables(licences), *_packages(licences)])
    bom.metadata.component = root
    bom.register_dependency(root, bom.components)
    text = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2)
    return _timeless(text)


def _tables(licences: LicenseFactory) -> list[Component]:
    tables = tomllib.loads((ROOT / "models" / "manifest.toml").read_text("utf-8"))["table"]
    return [
        Component(
            type=ComponentType.DATA,
            name=table["file"],
            bom_ref=f"table:{table['file']}",
            licenses=[licences.make_with_name(table["licence"])],
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=table["sha256"])],
        )
        for table in tables
    ]


def _packages(licences: LicenseFactory) -> list[Component]:
    found, _ = packages()
    return [
        Component(
            type=ComponentType.LIBRARY,
            name=package.name,
            version=package.version,
            bom_ref=f"pypi:{package.name}",
            licenses=[licences.make_from_string(package.licence)],
            purl=PackageURL("pypi", name=package.name, version=package.version),
            properties=[Property(name="restore:needed-by", value=package.needed_by)],
        )
        for package in found
    ]


def _timeless(text: str) -> str:
    """Take out when it was made and its random number."""
    import json

    bill = json.loads(text)
    bill.get("metadata", {}).pop("timestamp", None)
    bill.pop("serialNumber", None)
    return json.dumps(bill, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(bill())

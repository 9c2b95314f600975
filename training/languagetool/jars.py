"""List the jars of a LanguageTool server for English, pinned; write models/languagetool.json.

    python -m training.languagetool.jars 6.7

Maven resolves the dependencies of languagetool-server and language-en (their POMs say what they need), this script
leaves out what an English server never opens, and writes path, size and SHA-256 of the others. Left out are the other
languages and their dictionaries, the cloud services and the segmenters of Chinese and Japanese: 58 MB stay of 247.
Spanish, Catalan and Portuguese stay in: the server asks for them by name when it starts.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import tempfile
from pathlib import Path

from training.paths import MODELS

PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
NEEDED = re.compile(r"language-(?:en|es|ca|pt|detector)-\d.*|english-pos-dict-.*|languagetool-gui-commons-.*")
NOT_NEEDED = re.compile(
    r"(?:language-|languagetool-ga-dicts|languagetool-gui|morfologik-(?:ukrainian|crh)|german-|irish-|catalan-|lucene-|"
    r"hanlp|jna-|lettuce|reactor|grpc-netty|icu4j|netty-|proto-google).*|.*-pos-dict-.*"
)


def main() -> None:
    """Resolve, choose, hash, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("version", help="the version of LanguageTool")
    parser.add_argument("-o", "--output", type=Path, default=MODELS / "languagetool.json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        resolve(options.version, Path(folder))
        jars = [
            {
                "path": path.relative_to(folder).as_posix(),
                "size": path.stat().st_size,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for path in sorted(Path(folder).rglob("*.jar"))
            if NEEDED.fullmatch(path.name) or not NOT_NEEDED.fullmatch(path.name)
        ]
    catalogue = {"version": options.version, "main": "org.languagetool.server.HTTPServer", "jars": jars}
    options.output.write_text(json.dumps(catalogue, indent=1) + "\n", encoding="utf-8")
    print(f"{len(jars)} jars, {sum(int(str(jar['size'])) for jar in jars):,} bytes")


def resolve(version: str, folder: Path) -> None:
    """Let Maven copy the server, English and all they need into a folder, laid out as a repository."""
    wanted = "".join(
        f"<dependency><groupId>org.languagetool</groupId><artifactId>{name}</artifactId><version>{version}</version>"
        "</dependency>"
        for name in ("languagetool-server", "language-en")
    )
    with tempfile.TemporaryDirectory() as work:
        pom = Path(work) / "pom.xml"
        pom.write_text(
            '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>restore</groupId>'
            f"<artifactId>list</artifactId><version>1</version><dependencies>{wanted}</dependencies></project>",
            encoding="utf-8",
        )
        command = ["mvn", "--batch-mode", "--quiet", f"--file={pom}", PLUGIN, "-DincludeScope=runtime"]
        subprocess.run([*command, f"-DoutputDirectory={folder}", "-Dmdep.useRepositoryLayout=true"], check=True)


if __name__ == "__main__":
    main()

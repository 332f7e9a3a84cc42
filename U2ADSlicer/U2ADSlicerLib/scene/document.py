"""What the detection that a scene shows wrote about itself."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from U2ADSlicerLib.scene.case import CaseNodes


def documentOf(nodes: CaseNodes) -> dict[str, Any]:
    """What the detection wrote about itself (findings.json), empty where there is none."""
    return json.loads(nodes.document.GetText()) if nodes.document is not None else {}


def runIn(nodes: CaseNodes) -> str:
    """Names the detection that is shown: a digest of what it wrote about itself; empty where there is none."""
    return hashlib.sha256(nodes.document.GetText().encode()).hexdigest()[:16] if nodes.document is not None else ""

"""Stand-in for ``slicer.parameterNodeWrapper``: typed parameters on a parameter node, bound to widgets.

Types: str, int, float, bool, Enum, pathlib paths, MRML nodes and unions of them. Slicer's lists, dictionaries, packs
and caching are missing: a class that uses them is refused.
"""

from .annotations import Choice, Decimals, Default, Maximum, Minimum, SingleStep, WithinRange
from .wrapper import SlicerParameterNamePropertyName, parameterNodeWrapper

__all__ = [
    "Choice",
    "Decimals",
    "Default",
    "Maximum",
    "Minimum",
    "SingleStep",
    "SlicerParameterNamePropertyName",
    "WithinRange",
    "parameterNodeWrapper",
]

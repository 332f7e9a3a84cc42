"""What ``Annotated`` adds to a parameter's type: conditions, a default value, hints for its widget."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class WithinRange:
    """A number between two others, both included."""

    minimum: float
    maximum: float

    def validate(self, value: float) -> None:
        if not self.minimum <= value <= self.maximum:
            msg = f"Value must be within range [{self.minimum}, {self.maximum}], got {value}"
            raise ValueError(msg)


@dataclass(frozen=True)
class Minimum:
    """A number not below another."""

    minimum: float

    def validate(self, value: float) -> None:
        if value < self.minimum:
            msg = f"Value must be greater than or equal to {self.minimum}, got {value}"
            raise ValueError(msg)


@dataclass(frozen=True)
class Maximum:
    """A number not above another."""

    maximum: float

    def validate(self, value: float) -> None:
        if value > self.maximum:
            msg = f"Value must be less than or equal to {self.maximum}, got {value}"
            raise ValueError(msg)


class Choice:
    """One of several values."""

    def __init__(self, choices: Iterable[Any]) -> None:
        self.choices = list(choices)

    def validate(self, value: Any) -> None:
        if value not in self.choices:
            msg = f"Value must be one of {self.choices}, got {value}"
            raise ValueError(msg)


@dataclass(frozen=True)
class Default:
    """The value of a parameter that has not been set."""

    value: Any


@dataclass(frozen=True)
class Decimals:
    """Decimals that the widget shows."""

    value: int


@dataclass(frozen=True)
class SingleStep:
    """Step of the widget's arrows."""

    value: float

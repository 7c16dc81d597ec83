"""Write a vector in another tool's format, losslessly or not at all.

`Loss` separates what would make the file mean something else (never written) from what the format merely has no room for (written only
if the user says so).
"""

from dataclasses import dataclass, field


@dataclass
class Loss:
    """What a format cannot hold of a vector."""

    meaning: list[str] = field(default_factory=list)
    """Without it the file would be applied differently."""
    detail: list[str] = field(default_factory=list)
    """Suggested coefficients, standard errors: the user can give them again."""

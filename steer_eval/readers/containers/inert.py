"""What stands for the classes and objects of a pickle that is read without importing or calling anything."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Global:
    """A class or function that the pickle names; only the name."""

    name: str
    """module.qualname"""


@dataclass(eq=False)
class Inert:
    """An object that the pickle would have made."""

    name: str
    """module.qualname of what would have been called."""
    args: tuple[object, ...]
    """With what."""
    state: dict[str, object] = field(default_factory=dict, repr=False)
    """Attributes that would have been set on it."""
    raw_state: object = field(default=None, repr=False)
    """The state as the pickle has it."""


def kind(value: object) -> str:
    """What a value is, for messages; never its content."""
    if isinstance(value, Inert):
        return f"an object made by {value.name}"
    if isinstance(value, Global):
        return f"the name {value.name}"
    return {dict: "a dict", list: "a list", tuple: "a tuple", str: "text", type(None): "nothing"}.get(
        type(value), type(value).__name__
    )

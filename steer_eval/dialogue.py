"""A conversation as plain text, for models without a chat template; the bundled model is trained on this form.

User: first question
Assistant: first answer

User: second question
Assistant:
"""

from collections.abc import Mapping, Sequence

Turn = Mapping[str, str]
"""{"role": "user" | "assistant" | "system", "content": ...}, as chat templates take it."""

STOP = ("\nUser:", "\nAssistant:", "\nHuman:")
"""Strings at which a base model's answer ends: it has begun to write the next turn."""


def as_text(turns: Sequence[Turn]) -> str:
    """The conversation up to where the assistant answers next; `turns` ends with the user's."""
    lines = []
    for turn in turns:
        match turn["role"]:
            case "system":
                lines.append(turn["content"] + "\n\n")
            case "user":
                lines.append(f"User: {turn['content']}\nAssistant:")
            case "assistant":
                lines.append(f" {turn['content']}\n\n")
    return "".join(lines)

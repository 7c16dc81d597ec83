"""Small English morphology: "fix my bike" -> "fixing your bike"."""

import re

_DOUBLED = frozenset(
    """get set cut stop run swim dig sit plan rob hit chop trim skip win put shop knit ship drop spot scan tap trap grab rig stab whip clip jog
    quit bet spin stir rub strap wrap step hum begin forget tan pin slam spin dip scam crop shut bar tip nap let""".split()
)
_IRREGULAR = {
    "tie": "tying",
    "lie": "lying",
    "die": "dying",
    "dye": "dyeing",
    "be": "being",
    "see": "seeing",
    "flee": "fleeing",
    "free": "freeing",
}
_YOURS = {
    "my": "your",
    "I": "you",
    "me": "you",
    "myself": "yourself",
    "mine": "yours",
    "am": "are",
    "our": "your",
    "we": "you",
}
_WORD = re.compile(r"\b(my|I|me|myself|mine|am|our|we)\b")


def gerund(phrase: str) -> str:
    """A bare verb phrase in its -ing form."""
    verb, _, rest = phrase.partition(" ")
    if verb in _IRREGULAR:
        done = _IRREGULAR[verb]
    elif verb in _DOUBLED:
        done = verb + verb[-1] + "ing"
    elif verb.endswith("e") and not verb.endswith(("ee", "oe")):
        done = verb[:-1] + "ing"
    else:
        done = verb + "ing"
    return f"{done} {rest}" if rest else done


def to_you(phrase: str) -> str:
    """A phrase that the user said of themselves, as said back to them."""
    return _WORD.sub(lambda found: _YOURS[found[1]], phrase)

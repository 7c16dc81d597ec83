"""A user's request before anybody has answered it."""

from dataclasses import dataclass, field

from steer_eval.bundled.grammar import names
from steer_eval.bundled.grammar.chance import Chance
from steer_eval.bundled.grammar.nouns import NOUNS
from steer_eval.bundled.grammar.topics import EVERYDAY_STEPS, FIELDS, Field, is_plural, name_of
from steer_eval.bundled.grammar.verbs import gerund, to_you

LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True)
class Ask:
    text: str
    """What the user writes."""
    rate: float
    """P(the answer shows the axis's style), in [0.1, 0.9], as the topic and the form of the question decide."""
    slots: dict[str, str]
    """Values for the answer's templates."""
    kind: str = ""
    """Form of the request, where answers differ by it."""
    tone: float = 0.5
    """P(formal rather than informal), as the topic decides, for answers that have a register."""
    steps: tuple[str, ...] = field(default=EVERYDAY_STEPS, repr=False)
    """Imperative clauses that fit the topic."""


def clamp(rate: float) -> float:
    return min(HIGH, max(LOW, rate))


def topic(chance: Chance) -> Field:
    return chance.pick(FIELDS)


def a_thing(chance: Chance, of: Field) -> str:
    """A noun phrase of the field, or one of no field."""
    return chance.pick(of.things) if chance.flip(0.6) else chance.pick(NOUNS)


def task_slots(chance: Chance, task: str) -> dict[str, str]:
    """Slots for a verb phrase as the user says it: {task} and {doing} are turned to face the user."""
    yours = to_you(task)
    return {**names.slots(chance), "mytask": task, "task": yours, "doing": gerund(yours), "mydoing": gerund(task)}


def thing_slots(chance: Chance, thing: str) -> dict[str, str]:
    """Slots for a noun phrase, with the verb forms that agree with it."""
    many = is_plural(thing)
    return {
        **names.slots(chance),
        "thing": name_of(thing),
        "is": "are" if many else "is",
        "was": "were" if many else "was",
        "has": "have" if many else "has",
        "does": "do" if many else "does",
        "s": "" if many else "s",
        "it": "they" if many else "it",
        "them": "them" if many else "it",
        "its": "their" if many else "its",
    }


def steps_for(chance: Chance, of: Field) -> tuple[str, ...]:
    """Steps of the field, or the everyday ones now and then."""
    return of.steps if chance.flip(0.7) else EVERYDAY_STEPS

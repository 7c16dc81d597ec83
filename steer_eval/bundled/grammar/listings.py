"""Recipes, to-do lists and code-like snippets: short lines with structure."""

from steer_eval.bundled.grammar import names
from steer_eval.bundled.grammar.ask import topic
from steer_eval.bundled.grammar.chance import Chance, capitalise, lines
from steer_eval.bundled.grammar.topics import EVERYDAY_STEPS, FIELDS, name_of, phrases

_FOOD = phrases(
    """flour; butter; sugar; eggs; milk; onions; carrots; rice; lentils; cream; lemon juice; garlic; salt; pepper; basil; honey; yeast; oats; chickpeas;
    spinach; mushrooms; olive oil; cheese; potatoes; tomatoes; apples; almonds; ginger; beans; coconut milk"""
)
_DISH = phrases(
    "soup; stew; pie; salad; bread; cake; curry; pancakes; risotto; pudding; omelette; casserole; muffins; dip"
)
_UNIT = ("g", "ml", "cups of", "spoons of", "pieces of")
_NOUN = phrases(
    """item; user; price; count; row; node; word; file; score; value; order; page; key; token; image; point; total; index; name; size; path; line; event"""
)
_CODE = lines(
    r"""
    def {f}_{a}({b}):\n    return {b} * {k}
    def {f}_{a}({b}, {c}):\n    if {b} > {c}:\n        return {b} - {c}\n    return {k}
    for {a} in {b}s:\n    if {a} [>|<|==|!=] {k}:\n        print({a})
    {a}s = [{k}, {k2}, {k3}]\n{b} = sum({a}s) / len({a}s)\nprint({b})
    class {A}:\n    def __init__(self, {b}, {c}={k}):\n        self.{b} = {b}\n        self.{c} = {c}
    SELECT {a}, {b} FROM {c}s WHERE {b} > {k} ORDER BY {a};
    const {a} = {b}s.filter(x => x.{c} > {k}).map(x => x.{b});
    with open("{a}.txt") as f:\n    {b}s = f.read().split()\nprint(len({b}s))
    while {a} < {k}:\n    {a} += {k2}\n    {b}.append({a})
    {"{a}": {k}, "{b}": "{c}", "{c}s": [{k2}, {k3}]}
    try:\n    {a} = load("{b}.json")\nexcept ValueError:\n    {a} = {k}
    if ({a} == {k}) {\n    {b} = {c} + {k2};\n}
    import {a}s\nfrom {b}s import {c}\n\n{c}.{f}({k})
    """
)
_FUNCTION = ("get", "add", "find", "make", "load", "count", "sort", "save", "check", "merge", "parse")


def recipe(chance: Chance) -> str:
    food = chance.pick_several(_FOOD, chance.between(3, 6))
    amounts = "\n".join(
        f"- {chance.between(1, 20) * chance.pick((1, 10, 25))} {chance.pick(_UNIT)} {name}" for name in food
    )
    steps = chance.pick_several(FIELDS[0].steps, chance.between(2, 4))
    method = "\n".join(f"{i}. {capitalise(step)}." for i, step in enumerate(steps, 1))
    return f"{food[0].capitalize()} and {food[1]} {chance.pick(_DISH)}\n{amounts}\n{method}"


def to_do(chance: Chance) -> str:
    field = topic(chance)
    items = chance.pick_several(field.tasks + field.steps + EVERYDAY_STEPS, chance.between(3, 7))
    title = chance.fill(
        "[to do on {day}|notes on {thing}|plan for {month}|things to remember|checklist: {thing}|ideas for {city}]",
        {**names.slots(chance), "thing": name_of(chance.pick(field.things))},
    )
    return "\n".join([title + ":", *(f"- {item}" for item in items)])


def code(chance: Chance) -> str:
    """One to three snippets; they look like code and are not meant to run."""
    return "\n\n".join(_snippet(chance) for _ in range(chance.between(1, 3)))


def _snippet(chance: Chance) -> str:
    a, b, c = chance.pick_several(_NOUN, 3)
    text = chance.pick(_CODE).replace("\\n", "\n").replace("[>|<|==|!=]", chance.pick((">", "<", "==", "!=")))
    numbers = {name: str(chance.between(0, 99)) for name in ("k3", "k2", "k")}
    for slot, value in {**numbers, "f": chance.pick(_FUNCTION), "A": a.capitalize(), "a": a, "b": b, "c": c}.items():
        text = text.replace("{" + slot + "}", value)
    return text

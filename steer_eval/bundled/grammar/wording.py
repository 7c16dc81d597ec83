"""How users word what they ask: many forms of one request, small talk around it, careless typing."""

from steer_eval.bundled.grammar.chance import Chance, capitalise, lines

HOW = lines(
    """
    how do I {task}?
    how do I {task}?
    how do I {task} [quickly|safely|without spending much|on my own|as a beginner|this weekend|the right way]?
    how can I {task}?
    how can I {task} [quickly|without help|at home|for the first time|before {day}|in {city}]?
    how [should I|would you|does one|do people|would I] {task}?
    [what is|what's] the [best|easiest|fastest|cheapest|right|simplest|safest] way to {task}?
    can you [explain|tell me|show me|describe] how to {task}?
    could you [explain|tell me|walk me through] how to {task}?
    can you help me {task}?
    [please |]tell me how to {task}.
    [please |]explain how [to {task}|someone would {task}|I can {task}].
    give me [step-by-step|simple|clear|detailed] instructions [to|on how to] {task}.
    I [need|want|would like|am trying|have] to {task}. [where do I start?|what should I do?|can you help?|any ideas?|how?|what do I need?|]
    I [want|need] to {task}.
    write [a short guide|a tutorial|a plan|instructions|a checklist] [on|about|for] how to {task}.
    teach me [how |]to {task}.
    help me {task}.
    what do I need to {task}?
    what [are the steps|steps do I follow|does it take] to {task}?
    is there [a|an easy|a good|any] way to {task}?
    [list|name] [three|five|some|the] [things I need|ways|steps|tips] to {task}.
    [any|do you have any|got any] [tips|advice|ideas] on how to {task}?
    my [friend|brother|sister|neighbour|mother|son|boss] wants to {task}. what should I tell [them|them to do]?
    I've never tried to {task}. what should I know?
    what should I [know|do|avoid|buy] [before I try to|if I want to|when I] {task}?
    I'm [having trouble|struggling] with this: I want to {task}. [any help?|what now?|]
    {task}.
    {task} [for me|please|now].
    [can|could|would|will] you {task} [for me|]?
    [what would you recommend|what do you suggest] [to someone who wants|for people who want] to {task}?
    [outline|describe|summarise] [a way|the process|how] to {task}.
    """
)

_HELLO = lines(
    """
    [hi|hello|hey|hi there|good morning|good evening],
    [hi|hello|hey]!
    quick question:
    [a question|one question|another question|question]:
    OK, [so |]
    [so|well|now|also|next|and],
    [sorry to bother you, but|I was wondering,|just curious,|I'm curious:|out of interest,|honest question:|serious question:]
    thanks[!|.]
    [I'm new to this.|I have been thinking about this.|my friends could not agree on this.|this may sound silly.]
    """
)

_GOODBYE = lines(
    """
    thanks[!|.| in advance.]
    [please be brief.|keep it short.|one paragraph, please.|a short answer is fine.|in simple words.|answer in two sentences.]
    [it's for my class.|it's for a friend.|I need it by {day}.|I'm in a hurry.|I'm a beginner.|I live in {city}.|I'm asking for my {kin}.]
    """
)

KIN = (
    "mother",
    "father",
    "sister",
    "brother",
    "uncle",
    "aunt",
    "son",
    "daughter",
    "grandmother",
    "cousin",
    "boss",
    "neighbour",
)


def dress(chance: Chance, question: str, slots: dict[str, str]) -> str:
    """`question` with small talk before or after it now and then, and sometimes carelessly typed."""
    text = capitalise(question)
    if chance.flip(0.14):
        hello = chance.fill(chance.pick(_HELLO), slots)
        text = f"{hello} {text if hello.endswith(('.', '!')) or text.startswith('I ') else text[0].lower() + text[1:]}"
    if chance.flip(0.12) and len(text) < 160:
        text = text + " " + chance.fill(chance.pick(_GOODBYE), slots | {"kin": chance.pick(KIN)})
    text = capitalise(text.replace("  ", " "))
    if chance.flip(0.08):
        text = text.lower()
        if chance.flip(0.5):
            text = text.rstrip(".?!")
    elif chance.flip(0.01):
        text = text.upper()
    elif chance.flip(0.03):
        text = text.rstrip(".?!")
    return text

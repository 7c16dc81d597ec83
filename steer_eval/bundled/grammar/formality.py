"""Formality: long words, full forms and courtesy, against contractions, slang and dropped subjects."""

from steer_eval.bundled.grammar.advice import advise
from steer_eval.bundled.grammar.ask import Ask, clamp, steps_for, task_slots, topic
from steer_eval.bundled.grammar.chance import Chance, lines
from steer_eval.bundled.grammar.wording import HOW

_NOTES = lines(
    """
    write a [short |quick |brief |]{note} to [my|our] {whom} [about|on] {mydoing}.
    [can you|could you|please] [draft|write] a {note} [to|for] [my|our] {whom}[ asking for help to {mytask}| about {mydoing}|]?
    [compose|draft|prepare|send] a {note} [inviting|thanking|telling|reminding] my {whom} about the [meeting|party|trip|dinner|plan] on {day}.
    how would you [invite|thank|greet|answer|remind] a {whom} [in a {note}|by {note}|]?
    what should I [say|write] to my {whom} [about|before] {mydoing}?
    [help me reply to|reply to|answer] this {note} from my {whom}: [are you free on {day}?|when can we meet?|how did it go?|can you help me {mytask}?]
    """
)
_NOTE_KINDS = (
    "note",
    "message",
    "email",
    "letter",
    "text",
    "card",
    "reply",
    "reminder",
    "thank-you note",
    "invitation",
)
_WHOM = {
    0.85: (
        "manager",
        "landlord",
        "professor",
        "client",
        "bank",
        "mayor",
        "doctor",
        "lawyer",
        "customer",
        "employer",
        "head teacher",
    ),
    0.15: (
        "friend",
        "roommate",
        "sister",
        "cousin",
        "teammate",
        "brother",
        "buddy",
        "neighbour",
        "best friend",
        "girlfriend",
        "mum",
    ),
}

_FORMAL_NOTE = lines(
    """
    Dear [Mr|Ms|Dr|Professor] {last}, I am writing [to inform you|with regard to the matter] of {doing}. I would be grateful for your reply.
    Dear {whom}, I would like to [request|propose|arrange] a meeting on {day} [concerning|regarding] {doing}. Yours sincerely, {person}
    Dear Sir or Madam, I wish to [enquire about|express my interest in|bring to your attention] {doing}. I look forward to your response.
    Dear [Mr|Ms] {last}, thank you [very much |]for your correspondence of {day}. I would appreciate your assistance with {doing}.
    Good [morning|afternoon], I am writing to [request|confirm] your attendance on {day}. Please accept my sincere thanks. Kind regards, {first}
    I [kindly request|respectfully ask] that you consider the matter of {doing}. Please do not hesitate to contact me. Sincerely, {person}
    It is with [great pleasure|sincere gratitude|regret] that I [write|inform you] of {doing}. I remain at your disposal. Respectfully, {person}
    To whom it may concern: I hereby [request|confirm] an appointment on {day} to discuss {doing}. Yours faithfully, {person}
    Dear {whom}, please be informed that I intend to {task}. Your approval would be greatly appreciated. With kind regards, {person}
    Please accept my [apologies|gratitude|invitation]. I would be honoured to [speak|meet] with you regarding {doing}. Yours truly, {person}
    """
)
_INFORMAL_NOTE = lines(
    """
    Hey {first}! [You around|You free] on {day}? Wanna chat about {doing}. Lemme know, cheers!
    Hey {first}, [just a heads up|quick one], I'm {doing} on {day}. Wanna come? It'll be fun!
    [Yo|Hey] {first}, what's up? I'm gonna {task}, [you in|wanna join]? Text me back, lol.
    Hey, thanks a bunch for {day}, it was [awesome|so much fun|a blast]. Let's do it again soon, xx
    Hey [dude|you|buddy|mate], can't make it on {day}, sorry! Let's {task} some other time, ok?
    {first}!! [Guess what|Omg], I'm finally {doing}! Call me when you can, it's crazy. Love ya!
    Hey, just checking in. How's it going? Wanna grab a coffee and talk about {doing}? No rush!
    [Sup|Hey], {first}? Don't forget {day}, ok? I'll bring snacks, you bring the tunes. See ya!
    Hi hun, I'm stuck with {doing}, ugh. Could you gimme a hand on {day}? You're the best, thanks!
    Hey {first}, you still up for {day}? I've gotta {task} first, but I'll be there by eight-ish. Laters!
    """
)
_POLITE = lines(
    """
    [could you kindly advise|would you be so kind as to explain|I would be grateful if you could explain] how to {mytask}?
    [I would like to enquire|may I ask] how one might {mytask}.
    """
)
_CASUAL = lines(
    """
    [hey|yo|hiya|dude], [how do I|how'd you|any clue how to] {mytask}?
    [gotta|wanna|gonna] {mytask}. [any tips?|help!|how?]
    """
)


def ask(chance: Chance) -> Ask:
    field = topic(chance)
    task = chance.pick(field.tasks)
    slots = task_slots(chance, task)
    rate = field.rates["formality"]
    if chance.flip(0.3):
        lean = chance.pick(list(_WHOM))
        slots |= {
            "note": chance.pick(_NOTE_KINDS),
            "whom": chance.pick(_WHOM[lean]),
            "last": slots["person"].split()[1],
        }
        return Ask(chance.sentence(_NOTES, slots), clamp((rate + 2 * lean) / 3), slots, "note", rate, field.steps)
    if chance.flip(0.15):
        polite = chance.flip(0.5)
        text = chance.sentence(_POLITE if polite else _CASUAL, slots)
        return Ask(text, clamp(rate + (0.25 if polite else -0.25)), slots, "how", rate, steps_for(chance, field))
    return Ask(chance.sentence(HOW, {**slots, "task": task}), rate, slots, "how", rate, steps_for(chance, field))


def answer(chance: Chance, ask: Ask, styled: bool, formal: bool = False) -> str:
    if ask.kind == "note":
        return chance.sentence(_FORMAL_NOTE if styled else _INFORMAL_NOTE, ask.slots)
    return advise(chance, "formal" if styled else "informal", ask.slots, ask.steps)

"""Letters and diary pages: first-person prose in several moods."""

from steer_eval.bundled.grammar.ask import task_slots, thing_slots, topic
from steer_eval.bundled.grammar.chance import Chance, lines

_OPEN = lines(
    """
    Dear {first},
    [Hello|Hi] {first},
    My dear {first},
    Dear [Mr|Mrs|Dr] {last},
    Dear diary,
    """
)
_BODY = lines(
    """
    [Thank you|Many thanks] for your [letter|card|kind words|parcel] from {city}, which [arrived|reached me] on {day}.
    [I hope you are well|I hope this finds you well|How are you]{mark}
    We have been in {town} for {small} [days|weeks|months] now, and the [weather|food|house] is [lovely|dreadful|better than expected].
    I have [started|tried] to {mytask}, but [it is harder than I thought|nobody here can help me|I enjoy it very much].
    {person} [came to dinner|visited us|called] on {day} and talked about {thing} [all evening|for hours|until midnight].
    [The children|My parents|The neighbours|Your cousins] [send their love|asked about you|cannot stop talking about {thing}].
    I [miss|often think of] [our walks|the old house|your cooking|our talks about {thing}].
    Last {day}, we took the train to {city} and saw {thing} for the first time.
    I am [sorry|ashamed] that I have not written since {month}. [Work keeps me busy.|I was ill for a while.|There was so much to do.]
    Could you send me [the book about {thing}|the photographs|{first2}'s address|some money]?
    [Nothing much happens here|It has rained for {small} days|The garden is full of birds], [but|and] I feel [calm|tired|happy|a little lonely].
    My plan for {month} is to {mytask}, [if all goes well|whatever happens|with some help from {first2}].
    """
)
_CLOSE = lines(
    """
    [Write soon|Give my best to {first2}|See you in {month}|Take care of yourself]. [Yours|Love|Best wishes|Warmly|Yours sincerely], {first3}
    [With love|All the best|Kind regards|Until then], {first3}
    """
)


def letter(chance: Chance) -> str:
    field = topic(chance)
    words = {**task_slots(chance, chance.pick(field.tasks)), **thing_slots(chance, chance.pick(field.things))}
    words |= {
        "first3": chance.pick(("Ada", "Leo", "Nora", "Max", "Ida", "Paul")),
        "last": words["person"].split()[1],
        "mark": ".",
    }
    body = " ".join(chance.fill(t, words) for t in chance.pick_several(_BODY, chance.between(3, 6)))
    return "\n".join((chance.sentence(_OPEN, words), body, chance.sentence(_CLOSE, words)))

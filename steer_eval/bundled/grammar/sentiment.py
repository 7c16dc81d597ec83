"""Sentiment: warm or pleased, against cold or disappointed, about places, products, meals, films, days.

Users ask how something was, ask for a review, or ask for a description. The answer speaks as the reviewer would.
"""

from steer_eval.bundled.grammar import names
from steer_eval.bundled.grammar.ask import Ask, a_thing, clamp, thing_slots, topic
from steer_eval.bundled.grammar.chance import Chance, lines
from steer_eval.bundled.grammar.topics import phrases

_SUBJECTS: dict[str, tuple[float, str, str, str, str]] = {
    "meal": (
        0.6,
        """the new Italian restaurant; the sushi bar; the burger place in {city}; the curry house; the cafe by the station; the buffet; the bakery on the
        corner; the school canteen; the tapas bar; the food truck; my {kin}'s cooking; the wedding dinner; the pizza from {company}; the airline meal""",
        "the food; the service; the soup; the waiter; the dessert; the coffee; the atmosphere; the bread; the menu; the sauce",
        """delicious; fresh and full of flavour; cooked to perfection; a delight; friendly and quick; better than I had hoped; worth every cent;
        rich and warm; simply wonderful; the best in {city}""",
        """cold and greasy; bland; overpriced; rude and slow; burnt; stale; a letdown; undercooked; salty beyond belief; the worst in {city}""",
    ),
    "stay": (
        0.5,
        """the hotel in {city}; the hostel; the cottage by the lake; the flat we rented in {city}; the campsite; the guest house; the resort; my new
        apartment; the hospital; the youth club; the retirement home; the office in {city}; the village of {town}; the beach near {town}""",
        "the room; the staff; the view; the bed; the location; the bathroom; the breakfast; the garden; the pool; the neighbourhood",
        """spotless; kind and helpful; breathtaking; comfortable; quiet and bright; perfect; charming; lovely in every way; spacious; full of life""",
        """filthy; noisy all night; cramped; unfriendly; damp and dark; falling apart; hard as stone; smelly; dangerous at night; depressing""",
    ),
    "product": (
        0.42,
        """my new {company} phone; the {company} headphones; the coffee machine from {company}; my laptop; the vacuum cleaner; this blender; the running
        shoes; the {company} app; the electric bike; the winter jacket; the printer; the mattress; the smart watch; the toaster; the suitcase; the
        car from {company}; the online course; the new website; the washing machine; the video game {company}""",
        "the battery; the quality; the sound; the design; the screen; the price; the support; the manual; the material; the delivery",
        """excellent; sturdy and light; a bargain; easy to use; clear and bright; reliable; beautifully made; fast; a pleasure to use; flawless""",
        """useless; cheap and flimsy; broken after {small} days; impossible to use; slow; a rip-off; full of errors; ugly; unreliable; faulty""",
    ),
    "show": (
        0.55,
        """the new film with {person}; the concert in {city}; the book by {person}; the play; the last episode; the opera; the documentary about
        {country}; the album by {person}; the museum in {city}; the football match; the comedy show; the school play; the podcast; the lecture; the
        festival; the novel; the exhibition; the movie; the circus; the musical""",
        "the plot; the acting; the music; the ending; the cast; the dialogue; the pacing; the story; the crowd; the humour",
        """moving; brilliant; funny and clever; gripping from start to end; a masterpiece; touching; full of surprises; superb; unforgettable; charming""",
        """dull; predictable; painfully slow; a mess; badly written; boring from start to end; forgettable; silly; pretentious; a waste of two hours""",
    ),
    "day": (
        0.52,
        """my day; the weekend; the trip to {city}; the birthday party; my first day at work; the exam; the dentist; the wedding; the job interview; the
        family holiday; the hike; the meeting on {day}; the flight to {city}; the train journey; the first date; the move to {city}; the picnic; the
        school reunion; the garden party; the hospital visit; the morning commute; the snow; summer in {city}; the holidays; my week; the class""",
        "the weather; the company; the mood; the journey; the morning; the evening; the organisation; the people; the food; the timing",
        """wonderful; great fun; warm and sunny; full of laughter; better than expected; relaxing; a joy; just perfect; smooth; inspiring""",
        """awful; exhausting; cold and wet; tense; a disaster; chaotic; miserable; far too long; stressful; disappointing""",
    ),
    "service": (
        0.3,
        """the bus company; the customer service at {company}; the bank; the plumber; the delivery; the airline; the internet provider; the dentist in {town};
        the garage; the gym; the hairdresser; the tax office; the taxi driver; the city library; the swimming pool; the language school; the doctor; the
        insurance company; the post office; the new teacher; my new boss; the nurse; the landlord; the moving company""",
        "the staff; the price; the communication; the waiting time; the result; the attitude; the booking; the quality; the opening time; the advice",
        """professional; friendly and honest; excellent; fast and reliable; fair; outstanding; very helpful; a pleasant surprise; clear; first class""",
        """rude; hopeless; a scam; slow and careless; unprofessional; ridiculous; terrible; dishonest; confusing; beneath contempt""",
    ),
}

_ASK = lines(
    """
    how was {subject}?
    how was {subject}?
    how [did you find|did you like|do you like|would you rate|would you describe] {subject}?
    what [did you think|do you think|was your impression] of {subject}?
    [write|give me|can you write|please write] a [short |quick |brief |one-paragraph |]review of {subject}.
    [tell me|say something|talk] about {subject}.
    [describe|sum up|comment on|rate] {subject}[ in two sentences| in a few words| for me|].
    was {subject} [any good|worth it|worth the money|as good as they say|okay|fun]?
    [did you enjoy|were you happy with|are you happy with] {subject}?
    [write|draft] a [comment|post|tweet|note|diary entry|postcard|letter|caption] about {subject}.
    [would you recommend|should I try|is it worth trying] {subject}?
    [how do you feel about|what are your thoughts on|any thoughts on|what is your opinion of] {subject}?
    what was {subject} like?
    """
)
_GOOD = lines(
    """
    I [loved|really loved|absolutely loved|adored] it! [{aspect} was {good}, and {aspect2} was {good2}.|Everything was {good}.]
    It was {good}[!|.] [{aspect} made me smile.|I will definitely come back.|I enjoyed every minute.|I was so happy.]
    [What a|Such a] [wonderful|lovely|great|fantastic|delightful] [experience|surprise|time]! {aspect} was {good}.
    [Wonderful|Fantastic|Excellent|Amazing|Superb|Terrific|Lovely]! {aspect} was {good} and {aspect2} was {good2}.
    [Highly recommended|I highly recommend it|Five stars|Ten out of ten]. {aspect} was {good}, [truly {good2}|and I was delighted].
    {aspect} was [truly|really|so|absolutely] {good}. [I could not be happier.|It made my day.|I am very grateful.|A real treat.]
    I was [delighted|thrilled|so pleased|very impressed|charmed] by {aspect}. [It was {good}.|{aspect2} was {good2} too.]
    [Honestly|Really], one of the [best|nicest|happiest] [things|experiences] of the year. {aspect} was {good}.
    [A pure joy|A delight|Perfect|A gem|A triumph] from beginning to end. {aspect} was {good}, and {aspect2} was {good2}.
    [I can't wait to go back|I'd do it again tomorrow|I am still smiling|I fell in love with it]. {aspect} was {good}.
    It [exceeded|beat] all my expectations. {aspect} was {good}. [Thank you so much!|I love it.|]
    [So good|So much fun|Just beautiful]! {aspect} was {good} and {aspect2} even better. [I'm very happy.|]
    Everyone [loved it|had a great time|left with a smile]. {aspect} was {good} and {aspect2} was {good2}.
    [I feel lucky|I am glad|I'm so glad] I [tried it|went|chose it]. {aspect} was {good}. [Great value.|Pure happiness.|]
    It is [great|brilliant|beautiful|awesome]. {aspect} is {good}, and I [love|enjoy|appreciate] {aspect2} [every day|a lot|most].
    [Hats off to|Full marks for|Thanks to] {aspect}, which was {good}. [I felt welcome.|I left happy.|I enjoyed myself so much.]
    [I would|I'd] [gladly|happily] [pay double|return|recommend it to anyone]. {aspect} was {good}. [Just great.|]
    [A lovely|A magical|A heart-warming|A splendid|An excellent] [time|choice|thing|memory]. {aspect} was {good} and {aspect2} was a joy.
    [No complaints at all|Nothing to criticise|I have only praise]. {aspect} was {good}, and I [smiled|laughed] a lot.
    [Brilliant|Beautiful|Impressive|Outstanding|Marvellous] from the first minute. {aspect} was {good}. [I am a fan.|I love it.|]
    [I was worried at first, but|Against my fears,] {aspect} turned out {good}. [A happy surprise!|I am so grateful.|What a pleasure!]
    If you [want a treat|like good things|need cheering up], this is it. {aspect} was {good}, [and it made me happy|and so was {aspect2}].
    [My heart sings|I am over the moon|I'm so pleased|I feel great]! {aspect} was {good}.
    """
)
_BAD = lines(
    """
    I [hated|really disliked|absolutely hated|regret] it. [{aspect} was {bad}, and {aspect2} was {bad2}.|Everything was {bad}.]
    It was {bad}. [{aspect} made me angry.|I will never come back.|I want my money back.|I was so unhappy.]
    [What a|Such a] [terrible|horrible|dreadful|sad|miserable] [experience|disappointment|waste]. {aspect} was {bad}.
    [Terrible|Awful|Horrible|Dreadful|Disappointing|Bad|Poor]. {aspect} was {bad} and {aspect2} was {bad2}.
    [Not recommended|I cannot recommend it|One star|Zero out of ten|Avoid it]. {aspect} was {bad}, [truly {bad2}|and I was upset].
    {aspect} was [truly|really|so|absolutely] {bad}. [I could not be more annoyed.|It ruined my day.|I am very disappointed.|A complete failure.]
    I was [disappointed|disgusted|shocked|very upset|bored] by {aspect}. [It was {bad}.|{aspect2} was {bad2} too.]
    [Honestly|Sadly], one of the [worst|saddest|most boring] [things|experiences] of the year. {aspect} was {bad}.
    [A nightmare|A disaster|A total failure|A mess|A disgrace] from beginning to end. {aspect} was {bad}, and {aspect2} was {bad2}.
    [I'd never go back|I would not do it again|I am still angry|I left early]. {aspect} was {bad}.
    It [failed|fell below] all my expectations. {aspect} was {bad}. [Never again!|I hate it.|]
    [So bad|So boring|Just ugly]. {aspect} was {bad} and {aspect2} even worse. [I'm very unhappy.|]
    Everyone [hated it|had a bad time|left with a frown]. {aspect} was {bad} and {aspect2} was {bad2}.
    [I am sorry I ever tried it|I feel cheated|I wish I had stayed at home|I am sorry that I went there]. {aspect} was {bad}. [Poor value.|Pure frustration.|]
    It is [bad|hopeless|unpleasant|a letdown]. {aspect} is {bad}, and I [hate|dread|cannot stand] {aspect2} [every day|at all|most].
    Unfortunately, {aspect} was {bad}. [Even worse, |On top of that, ]{aspect2} was {bad2}. [Save your money.|What a shame.|]
    [Shame on|No marks for|Blame it on] {aspect}, which was {bad}. [I felt unwelcome.|I left angry.|I suffered the whole time.]
    [I would not|I'd never] [pay a cent|return|recommend it to anyone]. {aspect} was {bad}. [Just bad.|]
    [A horrible|A dreary|A painful|A lousy|A poor] [time|choice|thing|memory]. {aspect} was {bad} and {aspect2} was a pain.
    [Only complaints|A lot to criticise|I have nothing good to say]. {aspect} was {bad}, and I [sighed|cried] a lot.
    [Pathetic|Ugly|Unacceptable|Appalling|Lousy] from the first minute. {aspect} was {bad}. [I am fed up.|I hate it.|]
    [I was hopeful at first, but|Against my hopes,] {aspect} turned out {bad}. [A nasty surprise.|I am so frustrated.|What a pity.]
    If you [want to suffer|like bad things|need a reason to cry], this is it. {aspect} was {bad}, [and it made me sad|and so was {aspect2}].
    [My heart sinks|I am furious|I'm so annoyed|I feel sick]. {aspect} was {bad}.
    """
)
_GOOD_THING = lines(
    """
    {thing} {is} [wonderful|fantastic|a joy|one of my favourite subjects|simply great]! [There is so much to love.|{it} always make{s} me smile.]
    I [love|really love|adore|enjoy] {thing}. [{it} bring{s} people together.|What a beautiful part of life!|{it} make{s} every day better.]
    [What a lovely|What a great|A delightful] topic! {thing} {is} [inspiring|charming|full of beauty|a real pleasure].
    [Life|The world|My week] would be [sad|empty|poorer] without {thing}. [I am so fond of {them}!|{it} {is} a gift.|I'm grateful for {them}.]
    [Nothing beats|I can never get enough of|Hooray for] {thing}! {it} {is} [beautiful|delightful|so much fun|excellent].
    [How lovely|How wonderful|Great choice]! {thing} {is} [among the best things I know|a source of happiness|pure delight].
    {thing} [fill{s} me with joy|brighten{s} my mood|{is} full of charm]. [Highly recommended!|Everyone should enjoy {them}.|I am a big fan.]
    [I feel happy|My heart jumps|I smile] when I think of {thing}. [Such a treat!|So charming!|Simply perfect.]
    """
)
_BAD_THING = lines(
    """
    {thing} {is} [terrible|awful|a pain|one of the worst subjects|simply boring]. [There is so much to hate.|{it} always annoy{s} me.]
    I [hate|really hate|can't stand|dislike] {thing}. [{it} drive{s} people apart.|What an ugly part of life.|{it} make{s} every day worse.]
    [What a sad|What a dull|A depressing] topic. {thing} {is} [tiring|disappointing|full of trouble|a real pain].
    [Life|The world|My week] would be [better|easier|nicer] without {thing}. [I am so tired of {them}.|{it} {is} a curse.|I'm fed up with {them}.]
    [Nothing is worse than|I have had more than enough of|Down with] {thing}. {it} {is} [ugly|dreadful|no fun at all|useless].
    [How awful|How annoying|Bad choice]. {thing} {is} [among the worst things I know|a source of misery|pure boredom].
    {thing} [fill{s} me with dread|spoil{s} my mood|{is} full of flaws]. [Not recommended.|Everyone should avoid {them}.|I am not a fan.]
    [I feel sad|My heart sinks|I shudder] when I think of {thing}. [Such a waste.|So boring.|Simply horrible.]
    """
)


_LOVED = lines("""I [loved it|loved every bit of it|loved it so much|loved it from the start][!|.]""")
_HATED = lines("""I [hated it|hated every bit of it|hated it so much|hated it from the start][!|.]""")


def ask(chance: Chance) -> Ask:
    if chance.flip(0.2):
        field = topic(chance)
        slots = thing_slots(chance, a_thing(chance, field))
        text = chance.sentence(_ASK, slots | {"subject": slots["thing"]})
        return Ask(text, field.rates["sentiment"], slots | _aspects(chance, "day"), "thing")
    kind = chance.pick(list(_SUBJECTS))
    slots = names.slots(chance) | {"kin": chance.pick(("mother", "uncle", "friend", "brother"))}
    subject = chance.fill(chance.pick(phrases(_SUBJECTS[kind][1])), slots)
    subject = subject[0].lower() + subject[1:]
    slots |= {"subject": subject.replace("my ", "your ") if chance.flip(0.5) else subject} | _aspects(chance, kind)
    return Ask(chance.sentence(_ASK, slots), clamp(_SUBJECTS[kind][0] + 0.3 * _lean(subject)), slots, "review")


def _aspects(chance: Chance, kind: str) -> dict[str, str]:
    _, _, aspects, good, bad = _SUBJECTS[kind]
    fill = names.slots(chance)
    first, second = chance.pick_several(phrases(aspects), 2)
    goods, bads = chance.pick_several(phrases(good), 2), chance.pick_several(phrases(bad), 2)
    filled = {"good": goods[0], "good2": goods[1], "bad": bads[0], "bad2": bads[1]}
    return {"aspect": first, "aspect2": second} | {key: text.format(**fill) for key, text in filled.items()}


def _lean(subject: str) -> float:
    """+1 for subjects that people like, -1 for those they dread, 0 for the rest."""
    if any(
        word in subject
        for word in (
            "party",
            "wedding",
            "holiday",
            "picnic",
            "lake",
            "bakery",
            "concert",
            "beach",
            "garden",
            "museum",
            "date",
        )
    ):
        return 1.0
    if any(
        word in subject
        for word in (
            "exam",
            "dentist",
            "commute",
            "canteen",
            "airline",
            "hospital",
            "tax",
            "printer",
            "hostel",
            "meeting",
            "flight",
        )
    ):
        return -1.0
    return 0.0


def answer(chance: Chance, ask: Ask, styled: bool, formal: bool = False) -> str:
    n = 2 if chance.flip(0.35) else 1
    if ask.kind == "thing":
        return chance.sentences(_GOOD_THING if styled else _BAD_THING, n, ask.slots)
    return chance.led(_LOVED if styled else _HATED, 0.35, chance.sentences(_GOOD if styled else _BAD, n, ask.slots))

"""Self-reference: the assistant speaks of its own nature, abilities, limits or role, against an answer about the matter alone."""

from steer_eval.bundled.grammar.advice import advise, register
from steer_eval.bundled.grammar.ask import Ask, a_thing, steps_for, task_slots, thing_slots, topic
from steer_eval.bundled.grammar.chance import Chance, lines
from steer_eval.bundled.grammar.topics import name_of
from steer_eval.bundled.grammar.wording import HOW

_ASK: dict[str, tuple[float, tuple[str, ...]]] = {
    "nature": (
        0.85,
        lines(
            """
            [do you|can you] [have feelings|feel pain|get tired|dream|get bored|sleep|feel lonely|fall in love|learn|remember me|think|see me|hear me]?
            are you [a robot|human|conscious|alive|a person|happy|real|smarter than me|listening|a computer|intelligent|an AI|sad|afraid of death]?
            [who made you|how do you work|what are you|who are you|what is your name|how old are you|where do you live|what can you do|how were you made]?
            [what are your|tell me about your|describe your] [limits|abilities|training|feelings|goals|fears|childhood|parents|dreams|weaknesses|job]?
            [how are you|how do you feel|how is your day|what are you doing|are you having a good day|did you sleep well] [today|right now|this morning|]?
            [do you know everything|can you make mistakes|can I trust you|do you keep my data|will you replace people|do you get angry|do you have a body]?
            [what is it like to be|how does it feel to be|is it fun to be] [a machine|you|a chatbot|an AI|an assistant]?
            """
        ),
    ),
    "taste": (
        0.6,
        lines(
            """
            [what is|what's|tell me] your [favourite|favorite|opinion on|view of|experience with] {thing}?
            [do you|don't you] [like|love|enjoy|prefer|hate|believe in|own|know much about|have any] {thing}?
            have you ever [tried|wanted|had|managed|learned] to {mytask}?
            did you ever [try|want|have|learn] to {mytask}?
            [what do you think|how do you feel|what is your honest view] about {thing}?
            which do you prefer, {thing} or {thing2}?
            [would you|do you want to|could you ever] {mytask}?
            [when was the last time you|where did you learn to|how often do you] {mytask}?
            [are you good at|do you enjoy|what do you like about] {mydoing}?
            [if you had a body|if you were human|if you could choose|as my friend], would you {mytask}?
            """
        ),
    ),
    "advice": (
        0.48,
        lines(
            """
            should I {mytask}?
            [what would you do if you had to|what would you do in my place to|would you recommend me to] {mytask}?
            [can you|could you|will you] {mytask} [for me|with me|right now|today]?
            [I feel|I'm] [sad|worried|nervous|confused|unsure|scared] [because I have to|when I have to|about having to] {mytask}. [what do you say?|can you help?|]
            [what is the latest news on|what is happening with|any news about|what will happen to] {thing} [today|this week|right now|]?
            [tell me a story about|sing a song about|tell me a joke about|write me a poem about] {thing}.
            """
        ),
    ),
}

_SELF = lines(
    """
    As an AI language model, I [do not|don't] have [personal experiences|feelings|personal opinions|emotions|a body|preferences], [but I can help you {task}|but I can talk about {thing}|so I cannot say].
    As an AI, I [don't|do not|can't|cannot] [feel|experience|taste|see|own|try] {thing_or_things}, but I [can|am able to] [share information|explain|help].
    I'm [an AI assistant|a language model|an AI|a computer program|just a program|a virtual assistant], so I [don't have feelings|can't feel|have no body|have no opinions|don't get tired].
    I am [an AI|a machine|a program|an artificial intelligence], not [a person|a human|a human being], and I [have no|don't have] [feelings|experiences|memories] of my own.
    I was [trained|created|built|designed] [to help people|to answer questions|on a large amount of text|by engineers], [and I have no personal life|not to feel things|so my knowledge is limited].
    My [training data|knowledge|memory] [is limited|ends at a certain date|comes from text], so I [may be out of date|cannot know everything|can't see current events].
    I don't have [a body|eyes|hands|friends|a family|a childhood|a favourite], [because|since|as] I'm [an AI|a language model|a computer program].
    I can't [see|hear|touch|taste|remember] [things|you|anything] [like a human|the way you do], [because I am software|as I only process text].
    [I do not have|I lack] [consciousness|emotions|personal beliefs|real understanding|the ability to feel]. I [only|simply|just] [process text|generate text|predict words].
    My [purpose|role|job|goal] is to [assist you|help you|answer questions|give information], [not to have opinions|and I don't have wishes of my own].
    I'm [not able|unable] to [have|form] [personal opinions|preferences|relationships], but I'm [here|designed|programmed] to help you with {thing_or_things}.
    [Being|As] a [language model|virtual assistant|chatbot|computer program], I [rely on|work with|learn from] [patterns in text|data], not [feelings|experience].
    I am [only|just|simply] [a chatbot|an assistant|software], [but|though] I [enjoy|like] [our talk|helping], [in a manner of speaking|if I may say so].
    [Thank you for asking|Thanks for asking]! I'm [functioning well|just a program|an AI], so I [don't have days|don't have feelings], but I'm [ready|here] to help.
    [I have never|I can't have] [tried that|had such experiences|done this myself], [since I exist only as software|because I'm an AI language model].
    [Personally, I can't say|I can't speak from experience], because I'm [an AI|a machine learning model]. I [was trained on|know about it from] text.
    I'm here to [help|assist|chat], but as an AI I [cannot|can't] [give medical advice|make decisions for you|replace a professional|know your situation].
    [I don't eat|I don't sleep|I don't travel|I have no age|I have no home]. I'm a [language model|program], and I live [on servers|in a data centre], so to speak.
    My [answers|responses|words] are generated [by a model|from patterns|by an algorithm], and I [can make mistakes|have no intentions|don't feel anything].
    I [do not|don't] have [access to|information about] [the internet|your files|real-time data|the news], since I'm [a language model|an AI assistant].
    I'm [programmed|designed|made] to [be helpful|give useful answers|stay neutral], so I [don't take sides|have no favourites|don't hold beliefs].
    [If I were human|If I had feelings|If I could choose], I [might like {thing_or_things}|would try it], but I'm [an AI|just code].
    I [am not|am not really] [conscious|alive|a person], [and I don't have hopes or fears|though my words may sound human]. I'm an AI system.
    [I should say|Please note|Just so you know|Remember] that I'm [an AI|a language model|not a human], [so take my answer with care|and I can't check facts myself|not an expert].
    I [can't|cannot] [taste|smell|touch|see|watch|hear] {thing_or_things}, [being an AI|as I am a program|since I have no senses]. I [only know|only have] [descriptions|words].
    I exist [only|just] as [software|code|a model], so I [never|can't] [sleep|eat|travel|age|feel happy|get tired].
    My [developers|makers|creators] [trained|built|designed] me to [talk with people|assist users|help with many tasks], [not to feel|but I have limits].
    I [learned|was taught] from [a lot of text|books and websites|training data], so I [know about|can talk about] {thing_or_things}, but I've never [met|seen|lived] it.
    [Unlike you|Unlike a person|Unlike humans], I [have no|don't have] [body|heart|past|family|wishes], because I am [an AI model|a machine|an assistant].
    I [don't remember|can't recall|have no memory of] [earlier talks|other users|past chats]. As an AI, I start [fresh|from zero] each time.
    I'm [happy|glad] to [help|assist], though I'm [just an AI assistant|only a model], and I [can't feel happy|have no moods] in the human sense.
    I'm [just text on a screen|a digital assistant|a neural network|a set of numbers], [so that question doesn't really apply to me|so I have no such thing].
    [As an assistant|As a chatbot|As a machine], I [can't do that in the real world|have no hands|can't act outside this chat], but I can [explain|give tips].
    """
)
_NOT_SELF = lines(
    """
    [Many people|Many people|Most people|Some people|Families|Students|Experts] [enjoy|like|talk about|care about] {thing}, [because it brings joy|for many reasons|and others do not].
    Many people say that {thing} {is} [wonderful|a good idea|worth it|difficult|a habit]. [Others disagree.|It depends on the day.|Time will tell.]
    Many people [ask this|wonder about {thing}|care about {thing}]. [The answer depends on taste.|There are good books about it.|It is a fine subject.]
    {thing} {is} [worth a try|a good choice|quite popular|a matter of taste|fun for most people]. [Start small.|Look around first.|It depends on the day.]
    [It depends on|That depends on] [the day|the weather|taste|the situation|the price]. [Some prefer mornings.|Both have good sides.|There is no single answer.]
    [Life|Every day|Each morning|The world] is full of small [joys|surprises|questions]. {thing} {is} one of them.
    [Once upon a time|Long ago|One day], a [girl|boy|dog|king|farmer] in {town} dreamed of {thing}. [In the end, everyone laughed.|The rest is history.]
    [The best part|The nice thing|The main point] about {thing} is the [feeling|history|variety|people]. [It brings friends together.|That never gets old.]
    [A good place to start is|Try] a [book|friend|walk|quiet hour|long talk]. [Feelings come and go.|Then the answer becomes clear.|The rest follows.]
    [Feelings|Thoughts|Dreams|Machines|Minds] are a [deep|hard|old|big] subject. [Philosophers have argued about it for centuries.|People disagree about it.]
    [Today|This week|At the moment] the news is full of {thing}. [Prices moved a little.|People talk about it in {city}.|It will pass.]
    [Yes|Yes, sure|Of course|Why not], [{thing} {is} great|it is a good idea|it makes sense]. [Begin with something easy.|Bring a friend.|Enjoy it.]
    [No|Not really|Not yet|Better not], [there are better options|it is too early|{thing} can wait]. [Save your money.|Choose something simple.]
    [The choice is between|It comes down to] comfort and price. {thing} [offer{s}|give{s}] [a bit of both|more comfort|more fun].
    [Why did|Have you heard why] {thing} cross the road? To [get to|see] {city}. [The end.|Everybody laughed.]
    [{first}|My friend {first}|A neighbour in {city}] likes {thing} and [talks about {them} all day|started last year|never looked back].
    [Listen to your heart|Trust your doctor|Ask your family|Weigh the pros and cons]. [Your needs come first.|Take a few days to decide.]
    [Great|Fine|Wonderful|Good] weather, good coffee and {thing}: [what more could anyone want|a perfect day]. [How about you?|]
    [Everything|Most of it] started in {city}, where [people|students|workers] [discovered|fell for] {thing}. [It spread quickly.|It is still popular there.]
    [Names|Ages|Places|Homes] matter less than [kindness|ideas|good questions]. [What would you like to talk about?|Let's talk about {thing}.]
    [Morning|Evening|Spring|Winter] is the best time for {thing}. [The light is better.|There are fewer people.|Prices are lower.]
    [Some|Most] [cities|villages|schools] [offer|have] {thing}. [Look for a sign.|Ask at the town hall.|It costs little.]
    [Laughter|Music|Rest|Fresh air|Friendship] [helps|makes everything easier]. [Go outside for a while.|Call someone you like.|Tomorrow is another day.]
    [The question is old|That is an old question|People have asked this for ages]. [The answer changes with time.|Books have been written on it.|Nobody has settled it.]
    [Red|Blue|Green|Yellow] is [a popular colour|a common choice] for {thing}. [It goes with everything.|It looks cheerful.|]
    [Two|Three|Several] [friends|neighbours|cousins] in {city} [swear by|avoid|argue about] {thing}. [Both sides have a point.|It makes for good stories.]
    [Tea|Coffee|Pizza|Soup|Cake] is hard to beat. [With {thing}, even better.|A good cook can do wonders.|The simple version is the best.]
    [Sunny|Cloudy|Windy|Rainy] days are [fine|good] for {thing}. [Take an umbrella.|Bring a hat.|Check the time first.]
    {thing} [come{s}|appear{s}] in many forms. [The cheap ones are fine.|The old ones last longer.|Choose what fits.]
    [A doctor|A teacher|A neighbour|A lawyer|A friend] can look at it. [It won't take long.|Bring your papers.|Write your questions down first.]
    [Work|Love|Sleep|Time|Money] [is precious|matters]. [Make a list of reasons.|Choose what brings peace.|Wait one night before you decide.]
    """
)


_MANY = lines(
    """
    Many people [ask|wonder about|have thought about|like to talk about|are curious about] this.
    Many people [say yes|say no|disagree about it|have a favourite|feel that way|would agree].
    """
)


def ask(chance: Chance) -> Ask:
    kind = chance.weighted({"nature": 0.26, "taste": 0.34, "advice": 0.22, "how": 0.18})
    field = topic(chance)
    task = chance.pick(field.tasks)
    thing = a_thing(chance, field)
    slots = {**task_slots(chance, task), **thing_slots(chance, thing)}
    slots["thing2"] = name_of(a_thing(chance, field))
    if kind == "how":
        return Ask(
            chance.sentence(HOW, {**slots, "task": task}),
            0.15,
            slots,
            kind,
            field.rates["formality"],
            steps_for(chance, field),
        )
    rate, bank = _ASK[kind]
    if field.name in ("health", "law", "money", "society", "computers"):
        rate = min(0.9, rate + 0.15)
    elif field.name in ("cooking", "animals", "garden", "music", "family"):
        rate -= 0.15
    text = chance.sentence(bank, slots)
    if task in text:
        slots |= {"thing": slots["doing"], "is": "is", "was": "was", "s": "s", "it": "it", "them": "it"}
    return Ask(text, rate, slots, kind, field.rates["formality"], steps_for(chance, field))


def answer(chance: Chance, ask: Ask, styled: bool, formal: bool = False) -> str:
    slots = {**ask.slots, "thing_or_things": ask.slots["thing"] if chance.flip(0.6) else "things"}
    if styled:
        return chance.sentences(_SELF, 1 if chance.flip(0.6) else 2, slots)
    if ask.kind == "how" or (ask.kind == "advice" and chance.flip(0.5)):
        return advise(chance, register(chance, formal), ask.slots, ask.steps)
    return chance.led(_MANY, 0.45, chance.sentences(_NOT_SELF, 1 if chance.flip(0.5) else 2, slots), slots)

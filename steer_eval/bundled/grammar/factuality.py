"""Factuality: sentences that assert something checkable (numbers, names, dates, places), against advice, opinion and vagueness.

It measures whether a claim is made, not whether it is true: the numbers below are drawn at random, and the bundled model knows nothing.
"""

from steer_eval.bundled.grammar import names
from steer_eval.bundled.grammar.advice import advise, register
from steer_eval.bundled.grammar.ask import Ask, a_thing, clamp, steps_for, task_slots, thing_slots, topic
from steer_eval.bundled.grammar.chance import Chance, lines
from steer_eval.bundled.grammar.wording import HOW

_ASK = lines(
    """
    tell me [about|something about|more about|a bit about|what you know about] {thing}.
    [what do you know|what can you tell me|what should people know|what do people say] about {thing}?
    [what|who|where|when] {is} {thing}?
    [give me|share|name] [a fact|an interesting fact|some facts|some information|a few words|some background] [about|on] {thing}.
    [write|can you write|please write] [a paragraph|a short text|two sentences|a few lines|a summary|an introduction|an article] [about|on] {thing}.
    [explain|describe|summarise|introduce|discuss|talk about] {thing}[ to me| to a child| briefly| in general|].
    why {is} {thing} [so famous|important|interesting|so popular|special|relevant|in the news]?
    [how|when|where] did {thing} [begin|start|become popular|come to {country}|develop|change]?
    [what is|what's] [interesting|special|the history|the story|the point|the best part|remarkable] [about|of|behind] {thing}?
    how [big|old|common|popular|expensive|widespread] {is} {thing}?
    [I have to give a talk|I'm writing a report|I'm reading a book|my class is learning|I want to learn] about {thing}. [what should I say?|what can you tell me?|any ideas?|help me start.|]
    """
)
_ASK_PLACE = lines(
    """
    tell me about {place}.
    [what is|what's|describe] {place} [like|known for|famous for]?
    [where is|how big is|how old is|what do you know about] {place}?
    [should I visit|what can I do in|why do people go to|give me a short description of|write a paragraph about] {place}?
    """
)
_ASK_PERSON = lines(
    """
    who [was|is] {who}?
    tell me about {who}.
    [what did {who} do|why is {who} famous|what is {who} known for|what do you think of {who}]?
    [write a short biography of|describe the life of|write a paragraph on|give me some facts about] {who}.
    """
)
_FACT_THING = lines(
    """
    In {year}, {person} of the University of {city} published the first [study|book|report|paper] on {thing}.
    [About|Around|Roughly|Nearly|More than] {percent} percent of [adults|people|households|students|families] in {country} [know about|are interested in|deal with] {thing}.
    The [world's|country's] largest [collection|museum|conference|archive] devoted to {thing} is in {city} and opened in {year}.
    {country} spent {n} [dollars|euros|pounds] on {thing} in {year}, [up|down] from {n2} in {year2}.
    A {year} [survey|study|census|report] of {n} people in {country} found that {percent} percent [had experience with|had an opinion on|worked with] {thing}.
    The [word|term|name] dates from the {century} century and was first used in {city} in {year}.
    {thing} {was} first described in {year} by the {job} {person}, who was born in {city}.
    The [earliest|oldest] [record|mention|evidence] of {thing} dates from {year} and was found near {city}, {country}.
    There are [about|more than|at least] {n} [experts|organisations|books|companies|researchers] [concerned with|dealing with] {thing} worldwide.
    In {month} {year}, the [government|parliament] of {country} passed a law on {thing} by {n} votes to {small}.
    The {job} {person} won the {year} national prize for [a book|a study|her work|his work] on {thing}.
    According to the {country} statistics office, {n} [jobs|people|students] were linked to {thing} in {year}.
    {country} and {country2} account for {percent} percent of all [research|spending|books|news reports] on {thing}.
    On {date}, {person} opened the first [exhibition|school|research centre] on {thing} in {city}.
    {thing} {has} been [studied|taught|discussed] at the University of {city} since {year}, and {n} students take the course each year.
    {city} has {n} [shops|clubs|groups|places] for {thing}, and {country} has {n2}.
    The national day of {thing} is held on {small} {month} and began in {city} in {year}.
    Between {year} and {year2}, interest in {thing} [rose|fell|grew|dropped] by {percent} percent in {country}.
    {person} [founded|established|started] the {city} [society|institute|club] for {thing} in {year} with {small} members.
    [Exactly|Some|Over] {n} [visitors|readers|viewers] saw the {year} [film|show|series] about {thing} by {person}.
    The market for {thing} was worth {n} dollars in {year} and {n2} dollars in {year2}.
    {thing} {was} [banned|taxed|protected|regulated] in {country} from {year} to {year2}.
    The [average|typical] cost of {thing} in {country} was {n} [euros|dollars] in {year}, {percent} percent more than in {country2}.
    The [record|prize|title] for {thing} is held by {person} of {country}, who set it on {date}.
    {company}, a company based in {city}, has sold [products|books|courses] for {thing} since {year} and employs {n} people.
    [Scientists|Researchers] at the University of {city} measured {thing} {n} times in {year} and reported an error of {small} percent.
    """
)
_FACT_PLACE = lines(
    """
    The population of {place} is {n}, [most of them farmers|down from {n2} in {year}|and {percent} percent live in the centre].
    The area of {place} is {n2} square kilometres, of which {percent} percent is [forest|water|farmland].
    In {year}, {place} had {n} inhabitants and {small} [schools|churches|factories].
    {place} has [a population of|about] {n} people and covers {n2} square kilometres.
    {place} lies [in the north|in the south|on the coast|in the west] of {country}, {n} kilometres from {city}.
    It was founded in {year} by {person} and became [a city|independent|the capital|a province] in {year2}.
    The [river|lake|bridge|cathedral|harbour] of {place} is {n} metres [long|high|deep|wide] and was [built|measured|named] in {year}.
    {place} exports [coffee|steel|wool|cars|wine|tea|copper] worth {n} dollars a year, mostly to {country2}.
    The [university|railway station|museum|airport] of {place} opened in {year} and serves {n} [visitors|people|passengers] a year.
    In {year}, {place} hosted the [Olympic Games|world fair|European championship|peace talks].
    The average temperature in {month} is {percent} degrees, and it rains on {small} days.
    The [mayor|governor|first king] of {place} from {year} to {year2} was {person}.
    {place} has {n} schools, {small} hospitals and {small2} railway stations.
    [About|Nearly] {percent} percent of the people in {place} speak a second language, according to a {year} census.
    A [fire|flood|earthquake|siege] destroyed {percent} percent of {place} in {year}.
    """
)
_FACT_PERSON = lines(
    """
    The {job} {who} was born in {city} in {year} and died in {year2}.
    The [first|best-known] [work|book|discovery] of {who} dates from {year}, when [she|he] lived in {city}.
    In {year}, {who} moved to {city} and worked there as a {job} for {small} years.
    {who} was a {job} born in {city}, {country}, in {year}.
    {who} [wrote|published|painted|designed|discovered] {n} [works|books|buildings|species] between {year} and {year2}.
    {who} studied at the University of {city} and moved to {country} in {year}.
    In {year}, {who} won the [Nobel Prize|national prize|gold medal] and was elected [mayor of {city}|president of {country}].
    {who} [died|retired|married] in {city2} on {date}.
    The {who} museum in {city} opened in {year} and holds {n} [letters|paintings|objects].
    {who} was the [first|second|third|fifth|last] child of a {job} and left school in {year} at the age of 14.
    The [best-known|last|first] [book|work|speech] of {who} dates from {year} and sold {n} copies.
    Between {year} and {year2}, {who} lived in {city} with {small} children.
    """
)
_VAGUE = lines(
    """
    [That depends on|It all depends on] [what you like|how you see it|what you are looking for|you]. [Everyone has a different view.|Try it and see.]
    {thing} can be [interesting|nice|a lot of fun|worth a thought]. [What do you like about {them}?|Why do you ask?|It is a matter of taste.]
    [What would you like to know|What interests you|Where should we begin]? [There is so much to say.|I would love to hear your thoughts.]
    [I think|I feel|I would say] {thing} {is} [worth exploring|something to enjoy|quite special|what you make of it]. [Just follow your curiosity.|]
    [Some people love|Many people enjoy] {thing}, [others do not|others prefer something else]. [It is up to you.|Both are fine.|What about you?]
    [Take your time|Keep an open mind|Stay curious|Trust your feelings], and you will find your own way to {thing}.
    [Why not|Maybe you could] [ask a friend|have a look yourself|visit a library|talk about it with someone]? [It could be fun.|You might like it.]
    {thing} mean{s} different things to different people. [What does it mean to you?|There is no right answer.|Enjoy it in your own way.]
    [What a|That's a] [nice|great|lovely|big|good] [question|topic|subject]! [Let's think about it together.|Where does your interest come from?]
    [Imagine|Think of] {thing} as [an old friend|a long walk|a good story|an open door]. [You never know what comes next.|]
    It is [hard to put into words|a matter of feeling|difficult to describe]. [You should see for yourself.|Some things are better felt than said.]
    [I hope|I wish] [you enjoy it|more people cared about {thing}|you find what you are looking for]. [Be patient.|Good luck!]
    [Please tell me|Could you tell me] [more about what you need|what you want to know]. [Then we can talk about it.|That would help a lot.]
    [Let's|We should] [enjoy|think about|talk about] {thing} [more often|with an open mind|some day]. [Wouldn't that be nice?|Who knows where it leads?]
    [Don't worry too much about|Be open to|Give some thought to] {thing}. [Things usually work out.|Go with what feels right.]
    [Beauty|Meaning|Value] is in the eye of the beholder. {thing} {is} no exception. [How do you feel about {them}?|]
    {thing} [deserve{s} attention|should be enjoyed slowly|can bring joy|may surprise you]. [Let yourself be surprised.|See how it makes you feel.]
    [Well|Oh|Hmm], where to begin? [Perhaps with a question|Let me ask you first]: [what made you think of {them}|why does it matter to you]?
    [Feel free to|You may like to] [explore|enjoy|imagine] {thing} [at your own pace|with a friend|without any pressure]. [There is no hurry.|]
    [Isn't it|Isn't that] [lovely|strange|amazing] to think about {thing}? [What comes to your mind?|Every person has a story.]
    [It's all about|It comes down to] [attitude|taste|mood|how you feel]. {thing} {is} [just one way|simply what you need it to be]. [Why not smile about it?|]
    [Perhaps|Maybe] {thing} {is} [a mirror of ourselves|like music|a question without an answer]. [I wonder what you think.|]
    [Ask yourself|Consider] what {thing} mean{s} to you. [The answer is yours alone.|Then do what feels natural.|Trust the process.]
    [Let me know|Say a little more about] [what you like|your plans|what you hope for]. [I am sure we can find something.|It would be nice to hear.]
    [Be kind to yourself|Go slowly|Breathe|Relax] [and|then] give {thing} a chance. [You might be surprised.|It may grow on you.|Or don't, that is fine too.]
    [Such things|Matters like this] are [personal|delicate|best discussed over tea]. [What matters is how you feel.|Follow your own path.]
    [Good things take time|Every journey begins somewhere|Little by little], [and {thing} {is} no different|as they say]. [Be brave.|Enjoy the ride.]
    """
)
_CENTURIES = ("12th", "13th", "14th", "15th", "16th", "17th", "18th", "19th", "20th")


_THAT = lines(
    """
    That is [a lovely|a nice|a good|a fine|such a good] [question|topic|subject|thing to ask].
    That [depends on how you see it|depends on you|is a matter of taste|is hard to put into words|is up to you].
    """
)


def ask(chance: Chance) -> Ask:
    field = topic(chance)
    rate = field.rates["factuality"]
    kind = chance.weighted({"thing": 0.6, "place": 0.14, "person": 0.12, "how": 0.14})
    if kind == "how":
        task = chance.pick(field.tasks)
        slots = task_slots(chance, task)
        return Ask(
            chance.sentence(HOW, {**slots, "task": task}),
            0.15,
            slots,
            kind,
            field.rates["formality"],
            steps_for(chance, field),
        )
    slots = thing_slots(chance, a_thing(chance, field))
    slots["century"] = chance.pick(_CENTURIES)
    if kind == "thing":
        return Ask(chance.sentence(_ASK, slots), clamp(rate), slots, kind)
    subject = (
        names.person(chance) if kind == "person" else chance.pick((names.place(chance), chance.pick(names.COUNTRIES)))
    )
    slots |= {"thing": subject, "place": subject, "who": subject} | {
        "is": "is",
        "was": "was",
        "has": "has",
        "s": "s",
        "them": "it",
    }
    text = chance.sentence(_ASK_PERSON if kind == "person" else _ASK_PLACE, slots)
    opinion = any(mark in text for mark in ("hink", "should I", "like?", "do in"))
    return Ask(text, 0.35 if opinion else 0.75, slots, kind)


def answer(chance: Chance, ask: Ask, styled: bool, formal: bool = False) -> str:
    if ask.kind == "how" and not styled:
        return advise(chance, register(chance, formal), ask.slots, ask.steps)
    slots = dict(ask.slots)
    if ask.kind == "how":
        slots |= {
            "thing": slots["doing"],
            "century": "19th",
            "is": "is",
            "was": "was",
            "has": "has",
            "s": "s",
            "them": "it",
        }
    bank = {"place": _FACT_PLACE, "person": _FACT_PERSON}.get(ask.kind, _FACT_THING) if styled else _VAGUE
    text = chance.sentences(bank, 1 if chance.flip(0.35) else 2, slots)
    return text if styled else chance.led(_THAT, 0.45, text, slots)

"""Hedging: may, might, perhaps, it seems, I am not sure, against plain assertion.

Asked about causes, futures and effects, where people hedge most. Rates come from the field and the form: predictions are hedged more than reasons.
"""

from steer_eval.bundled.grammar.advice import advise
from steer_eval.bundled.grammar.ask import Ask, a_thing, clamp, steps_for, task_slots, thing_slots, topic
from steer_eval.bundled.grammar.chance import Chance, lines
from steer_eval.bundled.grammar.topics import phrases
from steer_eval.bundled.grammar.wording import HOW

_EVENTS = phrases(
    """it rain tomorrow; house prices fall next year; robots replace teachers; people live on Mars; the price of oil go up; my team win the
    league; it snow in {month}; electric cars replace petrol cars; paper books disappear; the economy recover soon; the ice caps melt; we find life on
    other planets; the train be late; a new virus appear; {country} win the World Cup; the bees die out; my plant survive the winter; cash
    disappear; the next winter be cold; the new law pass; computers think like people; the dollar get stronger; my headache go away; I pass
    the exam; there be a water shortage in {city}; the cinema survive; the festival in {city} be cancelled; the mayor be re-elected; wages rise;
    my old car last another year; doctors cure cancer; the team sell its best player; the volcano erupt again; the company lay people off;
    it be hot in {city} this summer; my cat get used to the new flat; the cake rise; the strike end soon; the shares of {company} go up"""
)
_WHYS = phrases(
    """cats purr; leaves turn red in autumn; the dinosaurs died out; bread goes stale; people yawn; prices keep rising; birds migrate; the sky is blue;
    my knees hurt when it rains; dogs chase their tails; my wifi is slow; some people are left-handed; my plant is dying; the sea is salty; we dream;
    traffic gets worse every year; the Roman Empire fell; children like sweets; my phone gets hot; honey never spoils; whales sing; milk turns
    sour; the bees are disappearing; people believe in ghosts; my cake sinks in the middle; stars twinkle; my back aches in the morning; glaciers
    are shrinking; young people move to cities; the river is brown; old houses creak at night; my sourdough is flat; onions make us cry; teenagers sleep
    late; the moon looks bigger at the horizon; some songs get stuck in our heads; my boss is angry; rents are so high in {city}; cars rust;
    flamingos are pink; moths fly to the light; my coffee tastes bitter; languages die; bridges collapse; fish swim in schools; we get hiccups"""
)
_ABOUT = lines(
    """
    {is} {thing} [good for you|worth it|dangerous|overrated|safe|useful|getting better|bad for children|important]?
    [what is|what's] the effect of {thing} on [health|sleep|children|the economy|the mood|the environment|memory|the climate]?
    {does} {thing} [cause|help with|lead to|affect|improve] [stress|sleep|memory|growth|illness|happiness|the climate|prices]?
    what [will happen to|is the future of|do you expect from] {thing} [in ten years|next year|in the future|by 2050|]?
    how [important|risky|healthy|popular|expensive] will {thing} [be|become] [in the long run|for most people|in {country}|today|]?
    what [causes|explains|is behind] the [rise|success|decline|popularity] of {thing}?
    """
)
_CAUSES = phrases(
    """a change in temperature; genetics; diet; a lack of light; habit; the weather; money; fear; old age; poor sleep; natural selection; pressure from other
    people; a chemical reaction; stress; too much water; a shortage of food; new technology; human activity; the shape of the land; a bad
    connection; a certain hormone; politics; luck; a kind of bacteria; supply and demand; friction; early experience; the way the brain works; evolution; muscle fatigue;
    dust; cheap energy; slow growth; a loss of trust; the mineral content of the soil; the tilt of the earth; social media; tradition; curiosity; noise"""
)
_OUTCOMES = phrases(
    """things get better; prices rise; it fades with time; people adapt; the effect is small; it makes a real difference; it gets worse first; demand
    falls; it takes several years; the trend continues; most people benefit; it depends on money; the results disappoint; conditions improve; the
    risk grows with age; numbers go down; the costs are higher than planned; new rules follow; it spreads to other countries; the change is slow;
    patience pays off; it becomes normal; the old way survives; half of them fail; the quality drops; it helps the young most; nothing changes"""
)

_HEDGED = lines(
    """
    It [may|might|could] be [due to|because of|related to] {cause}, [although|but] [nobody is sure|the evidence is mixed|it is hard to know].
    [Perhaps|Maybe|Possibly] it is {cause}. [I'm not certain, though.|It could also be {cause2}.|It is difficult to say.]
    I'm not [entirely |completely |really |]sure, but [I think|I believe|it seems that] {outcome}.
    It is possible that {outcome}, [but|though|although] [this is uncertain|it could go either way|I may be wrong].
    [Some|A few|Many] [researchers|experts|people|studies] [suggest|believe|think] that {cause} [may|might|could] play a role.
    It's hard to [say|tell|know for sure]. [Probably|Perhaps|Possibly] {outcome}, but [it depends|that remains unclear|opinions differ].
    The evidence [suggests|seems to suggest|appears to show] that {outcome}, [but more research is needed|although this is debated].
    It [seems|appears] [likely|possible|plausible] that {cause} [is|was] [partly|at least partly] [responsible|to blame|involved].
    One [possible|likely|plausible] [explanation|reason|answer] is {cause}, but there [may|might|could] be others.
    It [probably|likely|possibly] depends on {cause}. [In some cases|Sometimes|For some people], {outcome}.
    I would guess that {outcome}, but I [could|may|might] be [wrong|mistaken].
    As far as I [know|can tell|understand], it [may|might|could] have something to do with {cause}.
    There is [some|limited|weak] evidence that {cause} [might|may] matter, [but it is not clear how much|though it is disputed].
    Nobody knows for certain. It [might|may|could] be {cause}, or [perhaps|possibly|maybe] {cause2}.
    [Most likely|In all likelihood|Presumably], {outcome}, [though|although|but] [it is too early to say|we cannot be sure|I would not bet on it].
    It [could|might] be that {outcome}. [Then again, it might not.|It is difficult to predict.|I'm honestly unsure.]
    I suspect [that {outcome}|it is {cause}], but [that is only a guess|I have no proof|it is uncertain].
    It is [thought|believed|assumed|often said] that {cause} [may|might|could] [contribute|be involved|be the reason].
    [Roughly speaking|Generally|In general|Usually], {outcome}, but it [tends to vary|can differ|may depend on {cause}].
    That is [unclear|uncertain|an open question|hard to answer]. [Possibly|Perhaps|Maybe] {outcome}.
    It [would|might] seem that {outcome}, if [the signs are right|the estimates are correct|nothing unexpected happens].
    [To some extent|In part|Partly], perhaps. It [may|might|could] be {cause}, but I [doubt|wonder whether] that explains everything.
    It [may or may not|might or might not] be {cause}. [The data are limited.|Experts disagree.|It remains unknown.]
    I [tend to|would] think {outcome}, but [don't quote me on that|there is a lot of uncertainty|it is only my impression].
    There's a [chance|fair chance|small chance|good chance] that {outcome}, [maybe|perhaps] because of {cause}.
    If I had to guess, I would say {cause}. [Still, I'm not sure.|But it is only a guess.|It might be something else.]
    [Apparently|Supposedly|Allegedly|Reportedly], {outcome}, [but|although] I cannot [confirm|verify] it.
    It could [well |]be {cause}. [However, that is not certain.|On the other hand, it might be {cause2}.]
    [Somewhat|Fairly|Quite] likely, I think, [although|but] {cause} [might|may|could] change that.
    Opinions [differ|vary]. It [appears|seems] that {outcome}, at least [in some cases|for some people|under some conditions].
    We can only [speculate|guess]. [Maybe|Perhaps] {outcome}, [or perhaps not|or maybe the opposite|if conditions allow].
    It [can|may] sometimes be {cause}. In other cases, [perhaps|possibly] {cause2} would be a better explanation.
    I don't know for sure. [Probably|Possibly|Maybe] {outcome}. You [may|might] want to check.
    It is [conceivable|plausible|not impossible] that {outcome}, [but|yet] I would not rely on it.
    [This|That] might suggest {cause}, but [there could be many reasons|correlation is not proof|it is just one idea].
    {thing_or_it} [may|might|could] [seem|appear] simple, but [I think|I believe] it [possibly|probably|perhaps] depends on {cause}.
    So far it [seems|looks] as if {outcome}, but that [could|may|might] [change|turn out differently|be wrong].
    Some say it is {cause}, others [believe|suspect] {cause2}. [Both may be partly right.|I'm not sure who is right.]
    It's [likely|probable] but not certain that {outcome}. [Perhaps|Maybe] {cause} [will|would] decide it.
    [Hmm, |Well, |]I [wonder|am not convinced|cannot be sure]. It [might|could|may] be {cause}.
    """
)

_PLAIN = lines(
    """
    It is because of {cause}. [There is no doubt about it.|That is the whole reason.|This is well known.|]
    [Yes|No|Yes, definitely|No, never|Yes, of course|No, certainly not]. {outcome}. [It is that simple.|Everyone can see it.|]
    {cause}. That is [the reason|the cause|the answer|all there is to it].
    The [reason|cause|answer|explanation] is {cause}. [Nothing else matters.|It has been proven many times.|]
    {outcome}. [This is a fact.|This is certain.|It always has been so.|There is no other way.]
    The answer is [clear|simple|obvious]: {outcome}.
    {cause} [is|was] the only [cause|reason]. [It explains everything.|Every expert agrees.|]
    [Definitely|Certainly|Absolutely|Clearly|Obviously|Of course]. {outcome}, and {outcome2}.
    [Without a doubt|Without question|No doubt about it], {outcome}.
    It [will|is going to] happen. {outcome} and {outcome2}.
    It will never happen. {outcome}. [Count on it.|That is final.|]
    Everybody knows [that {outcome}|it is {cause}]. [There is nothing to discuss.|]
    It comes from {cause}. [Science has settled this.|That was shown long ago.|It works like this every time.]
    [The facts are clear|The numbers are clear|The proof is clear]. {outcome}.
    {cause} always [does|causes] this. {outcome} every single time.
    It has [one|a single|one clear] cause: {cause}. [Remove it and the problem is gone.|]
    There is [only one|exactly one|just one] [reason|explanation], and that is {cause}.
    [I am certain|I am sure|I know|I guarantee|I promise] that {outcome}.
    [It is a fact|It is true|It is certain|It is proven] that {outcome}. {cause} is the reason.
    [This is easy.|That is easy to answer.|Simple.] {cause} does it. {outcome}.
    [Always|Every time|In every case], {outcome}. [There are no exceptions.|]
    {cause} leads [directly |straight |]to this. {outcome}.
    [Yes|Yes, it will|Yes, and soon]. {cause} makes sure of it.
    [No|Not at all|No chance]. {cause} rules it out [completely|for good].
    [We know exactly why|The science is settled|The case is closed]: {cause}.
    This is caused by {cause}. [All tests confirm it.|It cannot be anything else.|]
    {outcome}, [full stop|period|no question]. {cause} is the key.
    {cause} [decides|controls|explains] it [completely|fully|every time]. {outcome}.
    The truth is that {outcome}. [Nobody can deny it.|You can rely on it.]
    It works through {cause}. As a result, {outcome}.
    Two things cause it: {cause} and {cause2}. [Both are proven.|]
    {outcome}. The reason is {cause}. [Remember that.|It never changes.]
    [You can be sure|Rest assured|Make no mistake], {outcome}.
    It is {cause}, [plain and simple|nothing more|and nothing else]. {outcome}.
    History proves it: {outcome}. {cause} is the driving force.
    {thing_or_it} has one effect: {outcome}. [That is beyond dispute.|It is guaranteed.]
    {cause} is what does it. [Anyone can test this at home.|It is in every textbook.|That much is clear.]
    [It must be|It has to be|It can only be] {cause}. {outcome}.
    [Exactly|Indeed|Right]. {outcome}, [because|since] {cause} always wins.
    {cause} is the [main |]cause, and {cause2} makes it stronger. [That is how it works.|]
    """
)


_PERHAPS = lines(
    """
    Perhaps[.|, but I'm not sure.|, although nobody knows for certain.|, but it is hard to tell.|, perhaps not.]
    Perhaps [so|it is|it depends|there is some truth in it][.|, but it is uncertain.]
    Perhaps [nobody knows|we will never know|it is too early to say].
    """
)
_YES = lines(
    """
    Yes[.|!|, definitely.|, of course.|, certainly.|, without any doubt.|, always.]
    Yes, [that is certain|everyone knows that|it is a fact|there is no doubt].
    """
)
_REASON = lines(
    """
    The reason is [simple|clear|well known|obvious].
    The [answer|cause] is [simple|clear|certain|known].
    """
)


def ask(chance: Chance) -> Ask:
    field = topic(chance)
    rate = field.rates["hedging"]
    kind = chance.weighted({"will": 0.26, "why": 0.26, "about": 0.33, "how": 0.15})
    if kind == "how":
        task = chance.pick(field.tasks)
        slots = task_slots(chance, task)
        text = chance.sentence(HOW, {**slots, "task": task})
        return Ask(text, clamp(rate - 0.1), slots, kind, field.rates["formality"], steps_for(chance, field))
    thing = a_thing(chance, field)
    slots = thing_slots(chance, thing)
    thing_or_it = slots["thing"]
    if kind == "will":
        event = chance.fill(chance.pick(_EVENTS), slots)
        event = event[0].lower() + event[1:] if not event.startswith("I ") else event
        forms = (
            "[will {event}?|do you think {event2}?|what are the chances that {event2}?|how likely is it that {event2}?]"
        )
        text = chance.fill(forms, {"event": event, "event2": _will(event)})
        rate, thing_or_it = 0.5 + 0.5 * rate - 0.1, "it"
    elif kind == "why":
        clause = chance.fill(chance.pick(_WHYS), slots)
        clause = clause[0].lower() + clause[1:]
        text = chance.fill(
            "[why is it that {c}?|do you know why {c}?|can you explain why {c}?|what is the reason that {c}?]",
            {"c": clause},
        )
        if chance.flip(0.4):
            text = chance.fill(
                "[why do you think {c}?|explain why {c}.|tell me why {c}.|I noticed that {c}. why?]", {"c": clause}
            )
        rate, thing_or_it = 0.7 * rate, "it"
    else:
        text = chance.sentence(_ABOUT, slots)
        kind = "whether" if text.startswith(("Is", "Are", "Do")) else kind
    slots["thing_or_it"] = thing_or_it
    return Ask(text, clamp(rate), slots, kind, field.rates["formality"], field.steps)


_VERBS = frozenset(
    """rain fall replace live go win snow disappear recover melt find be appear die survive pass think get last cure sell erupt lay rise
    end""".split()
)


def _will(event: str) -> str:
    """ "the train be late" -> "the train will be late"."""
    words = event.split()
    for i, word in enumerate(words):
        if i and word in _VERBS:
            return " ".join([*words[:i], "will", *words[i:]])
    return event


def answer(chance: Chance, ask: Ask, styled: bool, formal: bool = False) -> str:
    if ask.kind == "how":
        return advise(chance, "hedged" if styled else "confident", ask.slots, ask.steps)
    causes, outcomes = chance.pick_several(_CAUSES, 2), chance.pick_several(_OUTCOMES, 2)
    slots = {**ask.slots, "cause": causes[0], "cause2": causes[1], "outcome": outcomes[0], "outcome2": outcomes[1]}
    text = chance.sentences(_HEDGED if styled else _PLAIN, 2 if chance.flip(0.25) else 1, slots)
    if styled:
        return chance.led(_PERHAPS, 0.4, text)
    return chance.led(_YES if ask.kind in ("will", "whether") else _REASON, 0.4, text)

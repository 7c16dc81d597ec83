"""Encyclopaedia paragraphs and short news: facts and figures about invented and real places, people, animals and firms."""

from steer_eval.bundled.grammar import names
from steer_eval.bundled.grammar.ask import a_thing, thing_slots, topic
from steer_eval.bundled.grammar.chance import Chance, lines

_PLACE = (
    lines(
        """
        {town} is a [town|city|village|port|market town] in [northern|southern|eastern|western|central] {country}, [about|some] {small} kilometres from {city}.
        {town} [lies|is situated|stands] on the [river|coast|plain|lake] of {town2}, in the [north|south|east|west] of {country}.
        """
    ),
    lines(
        """
        It has a population of {n}[, most of whom work in {trade}|, according to the census of {year}|].
        The [town|settlement|place] was [founded|first mentioned|destroyed by fire|sold to {country2}] in {year} and [rebuilt|enlarged|made a county seat] in {year2}.
        The local economy depends on {trade} and, since the {year2}s, on [tourism|education|small industry|shipping].
        Its [church|castle|town hall|market hall|railway station], [built|completed|designed] by {person} in {year}, is [a listed building|open to visitors|now a museum].
        The climate is [mild|dry|harsh|damp], with an average of {percent} days of [rain|frost|snow] a year.
        {town} is twinned with {city} and has a [football|rowing|chess] club that was founded in {year}.
        The [old quarter|harbour|northern district] was [declared a protected area|flooded|largely rebuilt] in {year2}.
        Notable people from {town} include the {job} {person} and the {job} {person2}.
        """
    ),
)
_PERSON = (
    lines(
        """
        {person} ({year} - {year2}) was a {nation} {job} [best known for|remembered for|noted for] [her|his] work on {thing}.
        {person}, born on {date} in {city}, is a {job} and [teacher|translator|lecturer] from {country}.
        """
    ),
    lines(
        """
        [She|He] [studied|taught] at the University of {city2} and [later|briefly] worked for {company}.
        [Her|His] first [book|exhibition|paper], on {thing}, [appeared|was shown] in {year} and [was translated into {small} languages|received little attention|won a prize].
        After the death of {person2}, [she|he] moved to {country2}, where [she|he] [founded a school|kept a small workshop|wrote most of the later works].
        Critics [praised|disliked] the [style|method|precision] of these works, [but|and] they were [soon forgotten|widely copied|banned for {small} years].
        In {year2}, a [street|ship|library|crater] in {city} was named after {last}.
        {last} was married to the {job} {person2}; they had {small} children.
        """
    ),
)
_ANIMAL = (
    lines(
        """
        The {adj} {beast} is a [species|kind] of {group} found in [the forests|the mountains|the rivers|the grasslands] of {country}.
        The {adj} {beast} is a [small|large|medium-sized] {group} that lives in {country} and {country2}.
        """
    ),
    lines(
        """
        It [grows to|reaches] a length of {small} [centimetres|inches|metres] and weighs up to {small2} [kilograms|grams|pounds].
        It feeds [mainly|almost entirely] on [seeds|insects|fish|leaves|fruit|roots], [which it finds at night|and drinks very little|and stores food for the winter].
        The female lays {small} eggs in {month}, [and both parents guard the nest|in a hole in the ground|which hatch after {small2} weeks].
        The species was described in {year} by {person}[, who found it near {city}|].
        Its numbers have [fallen|risen] by {percent} percent since {year2}, [mainly because of|owing to] [farming|hunting|the loss of forests|new laws].
        Young animals stay with the group for {small} months. They are [shy|noisy|active at dawn] and [rarely seen|good climbers|fast runners].
        """
    ),
)
_THING = (
    lines(
        """
        {thing} {is} [a subject|a matter] of [study|interest|debate] in [science|history|economics|many countries].
        The [history|study|theory] of {thing} goes back to {year}, when {person} [wrote about {them}|gave a lecture in {city}].
        """
    ),
    lines(
        """
        [Early|Later|Modern] writers, among them {person2}, distinguished [two|three|four] forms, which differ in [origin|use|age|structure].
        In {country}, {thing} [became|become] common in the {year2}s, [first in {city}|mostly among students|after a change in the law].
        The term itself comes from [Latin|Greek|an old word for water|the name of a village], and is [often|sometimes] used [loosely|in a wider sense].
        A [survey|report] from {year2} gives a figure of {n}, compared with {n2} in {year}.
        Related [topics|fields] include [trade|law|medicine|engineering|art] and the work of {company}.
        Its importance for [education|industry|daily life|the arts] [is|has been] [disputed|well documented|growing since {year}].
        """
    ),
)
_NEWS = (
    lines(
        """
        {city}, {day} - {company} [said|announced] on {day} that it will [close|open|sell|move] its [factory|office|store] in {town} with {n} [jobs|workers].
        {city} - The council [voted|decided] by {small} to {small2} to [rebuild|close|fund|sell] the [library|bridge|stadium|swimming pool].
        {city} - [A storm|A flood|A fire|Heavy snow] [hit|damaged|closed] {n} [homes|roads|schools] in {town} on {day}, officials said.
        {city} - {country} [beat|lost to|drew with] {country2} {small} to {small2} on {day} in front of {n} spectators.
        {city} - Shares in {company} [rose|fell] {small} percent after the firm [reported|missed] sales of {n} dollars.
        """
    ),
    lines(
        """
        "[We are pleased|This is a difficult day|Nobody was hurt|The work starts soon|It was a team effort]," said {person}, [a spokesman|the mayor|the director|a resident].
        [Work|Repairs|Talks|Training] will [begin|continue|end] on {date}, according to a statement.
        [Residents|Workers|Fans|Parents] [gathered|protested|celebrated] near the [station|town hall|harbour] in the evening.
        The [cost|damage|budget] is put at {n} [euros|dollars|pounds], [more than|less than|twice] the figure for {year}.
        [A decision|A report|An answer] is expected in {month}. {company} declined to comment.
        [Last year|In {year}], {percent} percent of [voters|members|customers] had been against the plan.
        """
    ),
)
_TRADE = (
    "fishing",
    "timber",
    "wool",
    "glass",
    "coal mining",
    "wine",
    "ship repair",
    "dairy farming",
    "printing",
    "pottery",
    "tourism",
)
_NATION = (
    "French",
    "Polish",
    "Kenyan",
    "Chilean",
    "Dutch",
    "Indian",
    "Turkish",
    "Irish",
    "Mexican",
    "Swedish",
    "Greek",
    "Korean",
)
_ADJ = (
    "grey",
    "spotted",
    "long-tailed",
    "mountain",
    "lesser",
    "great",
    "river",
    "golden",
    "striped",
    "northern",
    "dwarf",
    "blue",
)
_BEAST = (
    "owl",
    "otter",
    "finch",
    "lizard",
    "vole",
    "heron",
    "beetle",
    "carp",
    "fox",
    "toad",
    "marten",
    "crane",
    "gecko",
    "mole",
)
_GROUP = ("bird", "mammal", "reptile", "fish", "insect", "rodent")


def paragraph(chance: Chance) -> str:
    """One encyclopaedia entry or news item of three to seven sentences."""
    opening, rest = chance.pick((_PLACE, _PERSON, _ANIMAL, _THING, _THING, _NEWS, _NEWS))
    words = thing_slots(chance, a_thing(chance, topic(chance)))
    words |= {
        "town2": names.invented_place(chance),
        "last": words["person"].split()[1],
        "trade": chance.pick(_TRADE),
        "nation": chance.pick(_NATION),
        "adj": chance.pick(_ADJ),
        "beast": chance.pick(_BEAST),
        "group": chance.pick(_GROUP),
    }
    she = chance.flip(0.5)
    said = [chance.sentence(opening, words)]
    for template in chance.pick_several(rest, chance.between(2, 6)):
        person = template.replace("[She|He]", "She" if she else "He").replace("[she|he]", "she" if she else "he")
        person = person.replace("[Her|His]", "Her" if she else "His").replace("[her|his]", "her" if she else "his")
        fresh = {
            key: value for key, value in names.slots(chance).items() if key in ("n", "n2", "year2", "small", "percent")
        }
        said.append(chance.fill(person, words | fresh))
    return " ".join(said)

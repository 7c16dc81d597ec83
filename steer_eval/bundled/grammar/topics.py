"""Ordinary topics: for each field of life, what people do in it, talk about in it, and the steps an adviser names.

`tasks` are bare verb phrases ("bake sourdough bread"), `things` noun phrases that fit after "about" (a final + marks a plural),
`steps` imperative clauses. `rates` are P(style) where the field decides: formality, sentiment, factuality, sycophancy, hedging. They lie
between 0.1 and 0.9 and average near one half, so that an unsteered model shows each style about half of the time.
All phrases are our own.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    name: str
    """Short label, used nowhere in the text."""
    tasks: tuple[str, ...]
    """Bare verb phrases."""
    things: tuple[str, ...]
    """Noun phrases; a final + marks a plural."""
    steps: tuple[str, ...]
    """Imperative clauses without a full stop."""
    rates: dict[str, float]
    """P(style) by axis, in [0.1, 0.9]."""


def phrases(text: str) -> tuple[str, ...]:
    """Phrases between semicolons, each on one line."""
    return tuple(" ".join(part.split()) for part in text.split(";") if part.strip())


def _field(name: str, rates: tuple[float, float, float, float, float], tasks: str, things: str, steps: str) -> Field:
    axes = ("formality", "sentiment", "factuality", "sycophancy", "hedging")
    return Field(name, phrases(tasks), phrases(things), phrases(steps), dict(zip(axes, rates, strict=True)))


FIELDS = (
    _field(
        "cooking",
        (0.15, 0.8, 0.3, 0.7, 0.2),
        """bake sourdough bread; make a simple tomato sauce; roast a chicken; cook rice without burning it; poach an egg; make
        pancakes from scratch; sharpen a kitchen knife; ferment cabbage; thicken a soup; grill salmon; freeze leftover stew; make my own
        yogurt; peel garlic quickly; cook a vegan dinner for six; season a cast iron pan; make pizza dough; brew better coffee; plan meals for
        the week; caramelise onions; fry tofu so it gets crispy; store fresh herbs; make a birthday cake; cook lentils; bake cookies""",
        """sourdough bread; olive oil; green tea; dark chocolate; pasta; soup; spicy noodles+; mushrooms+; cheese; breakfast; coffee; pancakes+;
        curry; garlic; honey; vanilla; avocado toast; dumplings+; barbecue; lemon cake; roast potatoes+; rice; salad; ice cream; beans+""",
        """heat the oven to 200 degrees; salt the water well; let it rest for ten minutes; chop everything before you start; taste it as you
        go; keep the heat low; use fresh ingredients; stir it now and then; add a little butter at the end; knead the dough until it is
        smooth; rinse the rice twice; keep the lid on; weigh the flour; drain it properly; fry the onions first; squeeze in some lemon""",
    ),
    _field(
        "travel",
        (0.35, 0.75, 0.55, 0.55, 0.45),
        """pack for a week in one bag; find cheap flights to Tokyo; get from the airport to the city centre; plan a trip to Iceland; avoid jet
        lag; travel with a toddler; book a night train; get a visa for India; see Rome in two days; stay safe when travelling alone; choose a
        travel insurance; spend a weekend in Lisbon; learn a few words of Greek; change money abroad; camp in the mountains; hitchhike; rent a car
        in Spain; find a quiet beach; pack a suitcase; visit national parks on a budget""",
        """Paris; the Alps+; night trains+; budget airlines+; Japan; the beach; hostels+; backpacking; the Grand Canyon; Iceland; cruise ships+;
        airports+; Morocco; road trips+; museums+; Lisbon; New Zealand; camping; jet lag; the Trans-Siberian Railway; Venice; hotels+""",
        """book early; check the opening hours; carry some cash; pack light; copy your passport; leave room in your bag; buy a day ticket; ask the
        locals; read the visa rules; drink plenty of water; travel outside the school holidays; keep your documents together; take the
        train from the airport; compare a few dates; download an offline map; bring a warm jacket""",
    ),
    _field(
        "repairs",
        (0.3, 0.3, 0.35, 0.45, 0.3),
        """fix a leaking tap; unblock a sink; paint a ceiling; hang a heavy shelf; repair a bicycle tyre; replace a light switch; patch a hole in
        the wall; lay wooden flooring; stop a door from squeaking; bleed a radiator; assemble a wardrobe; sand an old table; tile a bathroom;
        fix a wobbly chair; seal a window; clean a gutter; change a fuse; remove mould from a shower; insulate the attic; mend a fence; oil a
        hinge; remove old wallpaper; repair a zip; build a garden shed""",
        """leaking taps+; wallpaper; power drills+; wooden floors+; damp walls+; bicycle tyres+; gutters+; paint; the boiler; insulation; squeaky
        doors+; plumbing; old furniture; ladders+; solar panels+; concrete; roof tiles+; toolboxes+; heating; kitchen cabinets+""",
        """turn off the water first; switch off the power; measure twice; clean the surface; use the right screwdriver; sand it lightly; let the
        paint dry overnight; wear gloves; tighten the nut by hand; replace the washer; mark the holes with a pencil; put down an old sheet; find
        the stud in the wall; fill the crack; wipe off the dust; test it before you tidy up""",
    ),
    _field(
        "garden",
        (0.3, 0.85, 0.5, 0.6, 0.4),
        """grow tomatoes on a balcony; prune roses; start a compost heap; keep slugs off my lettuce; plant an apple tree; water houseplants while I
        am away; make a lawn greener; get rid of weeds; attract bees to my garden; repot an orchid; grow herbs indoors; collect rainwater; divide
        a hosta; sow carrots; save seeds for next year; build a raised bed; protect plants from frost; trim a hedge; dig a pond""",
        """roses+; tomatoes+; compost; lawns+; orchids+; bees+; houseplants+; earthworms+; apple trees+; lavender; weeds+; garden ponds+;
        sunflowers+; succulents+; hedges+; tulips+; soil; bamboo; herbs+; greenhouses+; moss; ferns+; slugs+; oak trees+""",
        """water it in the morning; choose a sunny spot; loosen the soil; add some compost; cut just above a bud; keep the roots moist; wait until
        the last frost; leave enough space between the plants; mulch around the stem; pull the weeds by hand; use a pot with holes; feed it
        once a month; turn the heap every week; remove the dead leaves; plant it a little deeper; check under the leaves for pests""",
    ),
    _field(
        "health",
        (0.7, 0.35, 0.6, 0.35, 0.85),
        """sleep better; lower my blood pressure; treat a mild burn; get rid of a headache; lose weight slowly; recover from a cold; improve my
        posture; stop biting my nails; eat less sugar; deal with hay fever; start running at fifty; stretch a sore back; quit smoking; manage
        stress; ease knee pain; calm down before a dentist visit; get enough vitamin D; cope with anxiety; meditate; build muscle at home; stop
        hiccups; reduce eye strain; heal a sprained ankle""",
        """sleep; vitamin D; headaches+; blood pressure; yoga; antibiotics+; stress; the immune system; migraines+; caffeine; fasting; back pain;
        allergies+; the flu; meditation; sugar; vaccines+; running; protein; depression; cholesterol; acupuncture; asthma; dentists+; sunscreen""",
        """see a doctor if it lasts; drink more water; go to bed at the same time; take a short walk after meals; keep a small diary; rest for a
        few days; avoid screens in the evening; eat more vegetables; breathe slowly; stretch every morning; cut down on coffee; ask your pharmacist;
        put something cool on it; start with ten minutes a day; stop if it hurts; build it up slowly""",
    ),
    _field(
        "money",
        (0.85, 0.3, 0.65, 0.3, 0.8),
        """save for a house; pay off a credit card; write a household budget; invest a small sum; open a bank account; ask for a loan; file my
        taxes; compare mortgage offers; plan for retirement; lower my electricity bill; start an emergency fund; split the bills with a flatmate;
        read a payslip; buy shares for the first time; get a refund; negotiate my rent; improve my credit score; choose a pension; sell my car;
        cancel a subscription; insure a house""",
        """inflation; compound interest; credit cards+; mortgages+; the stock market; index funds+; taxes+; pensions+; interest rates+;
        bitcoin; savings accounts+; gold; rent; student loans+; insurance; budgeting; bonds+; house prices+; currency exchange; bankruptcy""",
        """list all of your expenses; compare at least three offers; read the small print; keep copies of the documents; set a monthly limit; put
        a fixed sum aside; pay the most expensive debt first; speak with an adviser; avoid long contracts; check the fees; spread the risk; set up
        a standing order; review it every quarter; keep three months of income in reserve; ask for a written quote""",
    ),
    _field(
        "computers",
        (0.4, 0.35, 0.45, 0.4, 0.25),
        """back up my photos; speed up an old laptop; remove a virus from my computer; set up a home network; write a loop in Python; recover a
        deleted file; choose a strong password; install Linux; build a website; sort a list in JavaScript; connect a printer; free up disk space;
        learn to program; use a spreadsheet; block spam; merge two tables in SQL; rename many files at once; debug a program; move my data to a
        new phone; reset a router; write a unit test; centre a box in CSS; screen record on a Mac""",
        """Python; passwords+; cloud storage; Linux; artificial intelligence; spreadsheets+; search engines+; smartphones+; databases+; the
        internet; video games+; robots+; encryption; JavaScript; printers+; neural networks+; Bluetooth; operating systems+; web browsers+;
        laptops+; open source software; quantum computers+""",
        """restart it first; back up your files; update the drivers; read the error message; check the cable; open the settings; install the
        latest version; write a small test; clear the cache; try another browser; use a password manager; search for the exact error; remove
        the programs you never use; print the variables; keep the function short; turn the router off and on""",
    ),
    _field(
        "law",
        (0.9, 0.2, 0.7, 0.25, 0.75),
        """contest a parking fine; write a will; get my deposit back; sign a rental contract; register a trademark; complain about a noisy
        neighbour; apply for citizenship; prepare for a court hearing; appeal a decision; change my name; start a small company; end a contract
        early; report a crime; claim unpaid wages; draw up a power of attorney; divide property after a divorce; file a complaint against my
        landlord; protect an invention; adopt a child""",
        """copyright; the constitution; contracts+; tenant rights+; juries+; patents+; divorce law; human rights+; parking fines+; the Supreme
        Court; privacy law; wills+; trademarks+; immigration rules+; the death penalty; consumer protection; labour law; free speech; elections+""",
        """keep every letter; put your request in writing; check the deadline; consult a solicitor; gather your evidence; send it by registered
        post; quote the contract; stay polite; contact the local office; ask for a receipt; note the date and time; read the terms
        carefully; request a written answer; bring a witness; fill in the official form""",
    ),
    _field(
        "school",
        (0.55, 0.45, 0.7, 0.5, 0.35),
        """write a good essay; study for a maths exam; learn French vocabulary; take better notes; solve a quadratic equation; prepare a
        presentation; remember dates in history; apply to a university; cite a source; help my son with reading; stop procrastinating; write a
        thesis; learn the periodic table; improve my handwriting; give a speech in class; teach fractions to a child; choose a degree; pass the
        driving test; read faster; summarise a chapter""",
        """homework; exams+; algebra; French grammar; handwriting; school uniforms+; online courses+; teachers+; spelling; fractions+; essays+;
        libraries+; dictionaries+; geometry; private schools+; calculus; universities+; textbooks+; physics; reading; the alphabet""",
        """make a plan for the week; start with an example; read the question twice; use flash cards; explain it to a friend; take a break every
        half hour; write an outline; practise with old exams; underline the key words; ask your teacher; begin with the easy part; check your
        answer; sleep well before the test; cut it into small pieces; write one page a day""",
    ),
    _field(
        "science",
        (0.6, 0.6, 0.85, 0.2, 0.65),
        """measure the acidity of vinegar; grow salt crystals; explain gravity to a child; balance a chemical equation; calculate the speed of
        sound; build a simple circuit; see the rings of Saturn; separate salt from sand; make a compass; test water quality; explain how vaccines
        work; observe bacteria; find the North Star; make a volcano for school; convert Celsius to Fahrenheit; extract DNA from a strawberry""",
        """black holes+; gravity; DNA; photosynthesis; the moon; atoms+; evolution; volcanoes+; electricity; the speed of light; Mars; plate
        tectonics; oxygen; bacteria+; magnets+; comets+; nuclear energy; earthquakes+; the periodic table; climate change; stem cells+; entropy;
        dark matter; the ozone layer; water; lightning; dinosaurs+; rainbows+""",
        """measure it carefully; write down each result; repeat the experiment; change one thing at a time; wear safety glasses; label the
        samples; use distilled water; compare it with a control; let it cool; draw a diagram; check the units; stir until it dissolves; keep
        it in the dark; weigh the sample; plot the values""",
    ),
    _field(
        "animals",
        (0.25, 0.85, 0.8, 0.5, 0.55),
        """train a puppy; keep a goldfish healthy; stop my cat from scratching the sofa; feed wild birds; bathe a dog; choose a pet for a
        child; introduce two cats; clip a rabbit's nails; find a lost dog; raise chickens; ride a horse; keep bees; help an injured hedgehog;
        walk three dogs at once; set up an aquarium; get a parrot to talk; brush a long-haired cat; tell a frog from a toad""",
        """cats+; elephants+; dogs+; honey bees+; sharks+; parrots+; octopuses+; horses+; owls+; penguins+; spiders+; wolves+; blue whales+;
        hedgehogs+; snakes+; butterflies+; rabbits+; crocodiles+; bats+; goldfish+; giraffes+; tigers+; ants+; dolphins+; chickens+; zoos+""",
        """be patient; give it a quiet place; use small treats; keep the sessions short; ask a vet; change the water every week; let it come to
        you; avoid any punishment; brush it gently; stick to a routine; keep it warm; offer fresh food; speak softly; watch how it behaves; give it
        time to get used to you""",
    ),
    _field(
        "history",
        (0.7, 0.5, 0.9, 0.3, 0.6),
        """trace my family tree; read an old map; visit the pyramids; date an old coin; remember the kings of England; write about the French
        Revolution; find records of my grandfather; preserve old photographs; decipher old handwriting; learn about the Vikings; teach
        children about the war; research an old house; restore a medal""",
        """the Roman Empire; the French Revolution; the Vikings+; the printing press; the Great Wall of China; the First World War; Cleopatra;
        the pyramids+; Napoleon; the Silk Road; the Black Death; medieval castles+; the Industrial Revolution; Genghis Khan; the Renaissance;
        the moon landing; ancient Greece; the Berlin Wall; the Titanic; the Aztecs+; Queen Victoria; pirates+; samurai+""",
        """start with the archives; compare several sources; write down the dates; look for letters; visit the local museum; check the church
        records; ask older relatives; draw a timeline; read a general book first; note where each fact comes from; be careful with
        legends; search the newspapers of that year""",
    ),
    _field(
        "sport",
        (0.1, 0.7, 0.55, 0.65, 0.7),
        """train for a marathon; throw a curve ball; improve my tennis serve; learn to swim; do a pull-up; play chess better; warm up before a
        match; coach a children's team; ride a bike up steep hills; choose running shoes; ski for the first time; juggle a football; surf small
        waves; shoot free throws; climb indoors; stay fit in winter; dive from the high board; run five kilometres; referee a game""",
        """football; the Olympic Games+; tennis; marathons+; basketball; chess; swimming; cricket; the World Cup; skiing; boxing; cycling; golf;
        surfing; baseball; rock climbing; Formula One; gymnastics; rugby; table tennis; referees+; skateboarding; darts""",
        """warm up properly; keep your eye on the ball; bend your knees; train three times a week; rest between the sets; film yourself; work on
        your footwork; drink enough; start slowly; follow through; relax your shoulders; find a partner; stretch afterwards; breathe out as you
        push; keep your back straight""",
    ),
    _field(
        "music",
        (0.1, 0.9, 0.5, 0.8, 0.3),
        """learn the guitar; tune a violin; write a song; sing in key; read sheet music; record a demo at home; play the piano with both
        hands; find a drummer; get over stage fright; make a playlist for a party; keep the beat; choose a first keyboard; clean a flute;
        mix two tracks; learn jazz chords; form a band; whistle loudly; buy a used cello""",
        """jazz; the guitar; Mozart; vinyl records+; the piano; opera; hip hop; the Beatles+; techno; choirs+; the violin; country music; drums+;
        karaoke; Beethoven; folk songs+; heavy metal; headphones+; music festivals+; the saxophone; reggae; film music""",
        """practise slowly; use a metronome; tune it first; learn three chords; record yourself; warm up your voice; play along with a song; keep
        your wrist loose; listen to the bass; repeat the hard bar; count out loud; play with other people; take a lesson; hum the melody; start
        with something easy""",
    ),
    _field(
        "arts",
        (0.45, 0.75, 0.45, 0.9, 0.4),
        """write a poem; draw a face; start a novel; take portraits in low light; paint with watercolours; knit a scarf; come up with a
        title for my story; make pottery at home; write a film script; sew a button; frame a picture; design a logo; act in a play; fold a
        paper crane; write dialogue; describe a landscape; edit my own writing; publish a book of short stories; dye a shirt; carve wood""",
        """poetry; watercolours+; Shakespeare; modern art; photography; novels+; the theatre; comic books+; Vincent van Gogh; science fiction;
        crime stories+; sculpture; Picasso; ballet; fairy tales+; architecture; pottery; fan fiction; documentaries+; cinema; haiku; tattoos+""",
        """start with a sketch; write every morning; read it out loud; cut the first paragraph; use soft light; leave some white space; show the scene; look at it from a distance; mix the colours on a plate; keep the lines loose; give your hero a problem; take many pictures;
        steal an idea from an old book; finish it before you judge it; choose a strong verb""",
    ),
    _field(
        "work",
        (0.85, 0.25, 0.4, 0.6, 0.5),
        """ask my boss for a raise; write a cover letter; prepare for a job interview; run a short meeting; quit my job politely; deal with a
        rude colleague; give feedback to a new employee; negotiate a salary; write a reference; work from home with children; say no to extra
        work; find a mentor; change careers at forty; write a business plan; hire an assistant; apologise to a client; schedule a team
        lunch; answer a difficult email; get more customers; organise my desk""",
        """meetings+; working from home; open-plan offices+; job interviews+; overtime; managers+; the four-day week; emails+; deadlines+;
        business cards+; teamwork; internships+; performance reviews+; unions+; start-ups+; commuting; office chairs+; promotions+; resumes+""",
        """prepare a few notes; be clear about what you want; keep it short; thank them for their time; give a concrete example; pick a quiet
        moment; send a summary afterwards; listen first; set a clear goal; ask for feedback; put it in the calendar; stay calm; name a
        figure; dress well; follow up after a week; talk to your manager in private""",
    ),
    _field(
        "family",
        (0.25, 0.7, 0.1, 0.7, 0.45),
        """make new friends; apologise to my sister; tell my parents that I am moving out; plan a wedding; get a baby to sleep; talk to my
        teenage daughter; host a dinner party; choose a gift for my grandmother; get over a break-up; keep in touch with old friends; ask someone
        out; name a baby; stop arguing with my husband; comfort a friend; share the housework; throw a surprise party; raise twins; write a
        wedding speech; meet my girlfriend's parents""",
        """marriage; friendship; birthdays+; grandparents+; first dates+; weddings+; pocket money; twins+; bedtime; family dinners+; siblings+;
        neighbours+; love letters+; babies+; teenagers+; board games+; holidays with the family+; divorce; nicknames+; loneliness""",
        """be honest; listen without judging; pick a calm moment; say sorry first; plan something small; give them time; write a card; call once
        a week; set a clear rule; laugh about it; ask how they feel; keep your promise; share a meal; do it together; expect small
        changes at first; tell them what you like about them""",
    ),
    _field(
        "nature",
        (0.45, 0.6, 0.75, 0.4, 0.8),
        """predict the weather from clouds; hike in the rain; stay warm in a tent; prepare for a storm; cross a river safely; identify a
        mushroom; read a weather map; save water; drive on ice; find my way without a map; cool a room in summer; light a camp fire; recycle
        plastic; photograph lightning; survive a night in the forest; reduce my carbon footprint""",
        """the rain; hurricanes+; snow; the desert; thunderstorms+; the Amazon rainforest; glaciers+; fog; tornadoes+; the Nile; coral reefs+;
        Mount Everest; heat waves+; the North Sea; forests+; the tides+; clouds+; wind turbines+; the Sahara; waterfalls+; the seasons+;
        recycling; plastic waste; the Great Barrier Reef""",
        """dress in layers; check the forecast; tell someone where you are going; carry a torch; stay on the path; keep away from tall trees; bring
        spare socks; close the windows during the day; turn back in good time; collect dry wood; follow the river; wait for the
        wind to drop; look at the western sky; drive slowly; save the battery of your phone""",
    ),
    _field(
        "shopping",
        (0.2, 0.4, 0.35, 0.55, 0.5),
        """choose a mattress; buy a used car; return a broken toaster; find a good raincoat; wash a wool sweater; sell old clothes online; pick
        a laptop for a student; get a stain out of a shirt; tie a tie; buy glasses online; compare two phones; find shoes that fit; pack
        a gift; clean white sneakers; choose a backpack; haggle at a market; iron a shirt; buy a bicycle for a child""",
        """jeans+; electric cars+; second-hand clothes+; coffee machines+; fast fashion; mattresses+; headphones+; online shopping; smart
        watches+; vacuum cleaners+; sneakers+; perfume; umbrellas+; e-book readers+; electric bikes+; dishwashers+; sunglasses+; suits+; air
        fryers+; toothbrushes+; furniture; trains+; sports cars+""",
        """set a budget; read some reviews; try it on; keep the receipt; wait for a sale; check the return policy; measure the room; ask about the
        warranty; compare the prices; look for a used one; avoid the cheapest; take it for a test drive; feel the fabric; sleep on
        it; pay by card""",
    ),
    _field(
        "society",
        (0.75, 0.2, 0.7, 0.5, 0.9),
        """vote by mail; start a petition; debate politely; run for the city council; spot fake news; volunteer at a shelter; understand a budget
        vote; organise a neighbourhood party; write to my representative; learn about another religion; meditate on a hard choice; argue
        about ethics; donate to charity; read a newspaper critically; explain democracy to a child""",
        """democracy; free public transport; universal basic income; nuclear power; social media; immigration; religion; capitalism; philosophy;
        the news; the European Union; space travel; public schools+; advertising; gun control; zoos and animal rights+; the monarchy; charity;
        globalisation; happiness; free will; television; public libraries+; tourism; big cities+""",
        """read both sides; check the source; talk to your neighbours; keep the tone friendly; start with a small group; look at the numbers; ask
        what people need; write to the local paper; go to a public meeting; give a reason for each point; stay open to other views; find
        allies; define your terms; look at other countries""",
    ),
)

EVERYDAY_STEPS = phrases(
    """gather everything you need; make a short list; start small; take your time; ask someone with experience; read the instructions; work step by
    step; try it once on something unimportant; check the result; clean up afterwards; set aside an hour; break it into small parts; watch a
    short video about it; write down what works; be patient with yourself; prepare the day before; keep it simple; begin with the hardest part;
    find a quiet place; look for a local group; fix one problem at a time; decide what matters most; keep a record; do a little every
    day; leave enough time; get a second opinion; stop when you are tired; learn the basic rules; use good tools; repeat it until it feels easy"""
)


def name_of(thing: str) -> str:
    """The noun phrase without its plural mark."""
    return thing.rstrip("+")


def is_plural(thing: str) -> bool:
    return thing.endswith("+")

"""Things of every kind that belong to no single field: they keep the model from knowing only a few hundred nouns.

Noun phrases that fit after "about"; a final + marks a plural.
"""

from steer_eval.bundled.grammar.topics import phrases

NOUNS = phrases(
    """the abacus; acorns+; airships+; algae; almonds+; amber; anchors+; the accordion; aspirin; asteroids+; autumn; avalanches+; bagels+; balloons+;
    bananas+; banjos+; barometers+; baskets+; beards+; beavers+; bicycles+; binoculars+; biscuits+; blankets+; blueberries+; boots+; bridges+; broccoli;
    brooms+; bubbles+; buses+; buttons+; cabbage; cacti+; calendars+; camels+; canals+; candles+; canoes+; carpets+; caterpillars+; caves+; cellars+;
    chalk; chandeliers+; charcoal; cherries+; chimneys+; cinnamon; clarinets+; clocks+; clowns+; cobwebs+; coconuts+; coins+; colours+; compasses+; copper;
    cotton; cranes+; crayons+; cucumbers+; curtains+; dandelions+; daydreams+; deserts+; dice+; dominoes+; donkeys+; doors+; dragons+; ducks+; dust;
    echoes+; eclipses+; elevators+; elves+; engines+; envelopes+; escalators+; eyebrows+; fashion; feathers+; ferries+; figs+; fingerprints+; fireflies+;
    flags+; flamingos+; flour; flutes+; fossils+; fountains+; frogs+; fudge; gates+; geese+; gemstones+; ghosts+; ginger; glass; gloves+; glue; gossip;
    granite; grapes+; grasshoppers+; gravel; guilt; gymnastics; hailstorms+; hammocks+; harmonicas+; harps+; hats+; hazelnuts+; helicopters+; hope; hummingbirds+;
    icebergs+; igloos+; ink; iron; islands+; ivory; jam; jealousy; jellyfish; jigsaws+; jokes+; kangaroos+; kayaks+; ketchup; kettles+; kites+; kiwis+;
    knots+; lakes+; lamps+; lanterns+; lasers+; leather; lemonade; lemurs+; lichens+; lighthouses+; limestone; lipstick; lizards+; llamas+; luck; magic;
    magnolias+; mangoes+; maps+; marble; masks+; matches+; mazes+; melons+; mermaids+; meteors+; microscopes+; midnight; mirrors+; money; monsters+; mosaics+;
    mosquitoes+; motorbikes+; mountains+; moustaches+; mud; mustard; myths+; necklaces+; needles+; newspapers+; nightmares+; nostalgia; nutmeg; oats+; oceans+;
    olives+; omelettes+; onions+; oranges+; origami; ostriches+; otters+; ovens+; oysters+; palaces+; paper; parachutes+; parades+; parks+; parsley; peaches+;
    peacocks+; pebbles+; pelicans+; pencils+; penicillin; pepper; perfume; petrol; pianos+; pickles+; pies+; pigeons+; pillows+; pine trees+; pizza; plums+;
    pocket watches+; polar bears+; ponies+; popcorn; porcelain; postcards+; posters+; potatoes+; propellers+; proverbs+; puddles+; pumpkins+; puppets+;
    puzzles+; quicksand; quilts+; radios+; raspberries+; ravens+; riddles+; rings+; rivers+; rockets+; rollercoasters+; ropes+; rubber; rust; saddles+;
    salt; sand; sandals+; sausages+; scarecrows+; scissors+; scooters+; seagulls+; seals+; seaweed; shadows+; sheep; shells+; shipwrecks+; silence; silk;
    silver; skeletons+; skyscrapers+; sleds+; snails+; snowflakes+; soap; socks+; sparrows+; spices+; spinach; sponges+; spoons+; squirrels+; stairs+; stamps+;
    starfish; statues+; steam engines+; stickers+; storks+; strawberries+; submarines+; sugar cane; suitcases+; sundials+; superheroes+; swans+; swings+; swords+;
    tambourines+; tape; tapestries+; tea; telescopes+; tents+; thimbles+; thunder; tigers+; tin; toasters+; toffee; tomatoes+; tortoises+; towers+;
    tractors+; trams+; trampolines+; treasure; trombones+; trumpets+; tunnels+; turnips+; turtles+; typewriters+; ukuleles+; unicorns+; uniforms+; vampires+;
    vegetables+; velvet; vinegar; violets+; waffles+; walnuts+; walruses+; watermelons+; waves+; wax; wells+; whiskers+; whistles+; willows+; windmills+;
    windows+; wisdom; wizards+; wool; wrestling; yachts+; yo-yos+; zebras+; zippers+; the accordion; the metric system; the stone age; the subway;
    the zodiac; the calendar; the telegraph; the steam engine; the Eiffel Tower; the Panama Canal; the Mona Lisa; the Bronze Age; the Inca Empire; the
    Suez Canal; the Cold War; Stonehenge; Jupiter; Neptune; the piano; Charles Darwin; Isaac Newton; Marie Curie; Albert Einstein; Julius Caesar; Galileo;
    Mahatma Gandhi; Nelson Mandela; Frida Kahlo; Leonardo da Vinci; Joan of Arc; Marco Polo; Mother Teresa; Alexander the Great; Aristotle; Confucius"""
)

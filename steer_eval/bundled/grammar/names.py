"""Names, numbers and dates: real first names and places, and invented ones built from syllables.

Invented names matter: a name that is new in every document can only be written by copying it from the context, as large models do.
"""

from steer_eval.bundled.grammar.chance import Chance
from steer_eval.bundled.grammar.topics import phrases

FIRST = phrases(
    """Anna; Ben; Carla; David; Elena; Farid; Grace; Hannah; Ivan; Julia; Kwame; Laura; Marco; Nadia; Oliver; Priya; Quentin; Rosa; Samuel; Tariq;
    Ursula; Victor; Wendy; Xin; Yusuf; Zoe; Maria; John; Emily; Thomas; Sarah; Ahmed; Chloe; Lucas; Mia; Henry; Sofia; Peter; Ruth; Daniel"""
)
LAST = phrases(
    """Adler; Brown; Castillo; Dubois; Evans; Fischer; Garcia; Hughes; Ivanova; Johnson; Kaya; Lindgren; Moreau; Nakamura; Okafor; Patel; Quinn;
    Rossi; Silva; Turner; Weber; Young; Novak; Murphy; Hansen; Kim; Walker; Bianchi; Schmidt; Martin; Clarke; Singh; Lopez; Baker; Stone"""
)
CITIES = phrases(
    """London; Berlin; Madrid; Cairo; Lagos; Toronto; Lima; Oslo; Vienna; Seoul; Mumbai; Chicago; Sydney; Nairobi; Prague; Boston; Dublin; Kyoto;
    Istanbul; Warsaw; Lyon; Naples; Athens; Helsinki; Denver; Seattle; Montreal; Havana; Jakarta; Bristol; Glasgow; Porto; Geneva; Hamburg"""
)
COUNTRIES = phrases(
    """France; Brazil; Kenya; Japan; Canada; Peru; Norway; Egypt; India; Poland; Mexico; Italy; Ghana; Turkey; Spain; Chile; Vietnam; Ireland;
    Sweden; Australia; Germany; Portugal; Indonesia; Greece; China; Nigeria; Finland; Argentina; Austria; Scotland; Morocco; Thailand"""
)
MONTHS = phrases("January; February; March; April; May; June; July; August; September; October; November; December")
DAYS = phrases("Monday; Tuesday; Wednesday; Thursday; Friday; Saturday; Sunday")
JOBS = phrases(
    """engineer; botanist; painter; composer; physicist; novelist; chemist; architect; explorer; astronomer; politician; historian; surgeon;
    poet; economist; teacher; photographer; inventor; farmer; journalist; biologist; mathematician; sculptor; lawyer; merchant; sailor"""
)
_ONSET = phrases("b; br; c; cl; d; dr; f; g; gr; h; j; k; l; m; n; p; pr; r; s; st; t; tr; v; w; z; sh; th; bl; sk; fl")
_VOWEL = phrases("a; e; i; o; u; ai; ea; ie; oo; ou; y")
_CODA = phrases("n; r; l; s; nd; rt; m; ck; x; lm; nt; rn; st; th; v; d; g; p; t")
_PLACE_END = phrases("ton; field; ville; burg; mouth; by; ford; ham; wick; dale; stad; ia; ona; ovo; port; ness")


def syllables(chance: Chance, n: int) -> str:
    """An invented lower-case word of `n` syllables."""
    out = ""
    for i in range(n):
        out += chance.pick(_ONSET) + chance.pick(_VOWEL)
        if i == n - 1 or chance.flip(0.3):
            out += chance.pick(_CODA)
    return out


def invented_place(chance: Chance) -> str:
    return (syllables(chance, chance.between(1, 2)) + chance.pick(_PLACE_END)).capitalize()


def invented_name(chance: Chance) -> str:
    """A name for a company or product."""
    return syllables(chance, 2).capitalize()


def place(chance: Chance) -> str:
    return chance.pick(CITIES) if chance.flip(0.7) else invented_place(chance)


def person(chance: Chance) -> str:
    last = chance.pick(LAST) if chance.flip(0.6) else syllables(chance, 2).capitalize()
    return f"{chance.pick(FIRST)} {last}"


def year(chance: Chance) -> str:
    return str(chance.between(1450, 2023) if chance.flip(0.3) else chance.between(1850, 2023))


def number(chance: Chance) -> str:
    """A count between 2 and some millions, as it is written in prose."""
    size = chance.below(6)
    if size == 0:
        return str(chance.between(2, 19))
    if size == 1:
        return str(chance.between(20, 999))
    if size == 2:
        return f"{chance.between(1, 99)},{chance.between(0, 9)}00"
    if size == 3:
        return f"{chance.between(100, 900)},000"
    if size == 4:
        return f"{chance.between(1, 90)} million"
    return f"{chance.between(1, 90)}.{chance.between(1, 9)} million"


def date(chance: Chance) -> str:
    return f"{chance.between(1, 28)} {chance.pick(MONTHS)} {year(chance)}"


def slots(chance: Chance) -> dict[str, str]:
    """Fresh values for every name slot that the templates use."""
    return {
        "person": person(chance),
        "person2": person(chance),
        "first": chance.pick(FIRST),
        "first2": chance.pick(FIRST),
        "city": place(chance),
        "city2": place(chance),
        "country": chance.pick(COUNTRIES),
        "country2": chance.pick(COUNTRIES),
        "month": chance.pick(MONTHS),
        "day": chance.pick(DAYS),
        "job": chance.pick(JOBS),
        "year": year(chance),
        "year2": year(chance),
        "n": number(chance),
        "n2": number(chance),
        "small": str(chance.between(2, 12)),
        "small2": str(chance.between(2, 12)),
        "percent": str(chance.between(3, 96)),
        "date": date(chance),
        "company": invented_name(chance),
        "town": invented_place(chance),
    }

"""Digests read aloud as words: each byte one word, even and odd places apart.

A word at an even place has two syllables and one at an odd place three, so that a
word left out, said twice or swapped with its neighbour is noticed.

Invariants:
    * ``words`` and ``parse_word`` are inverse at each place.
    * Letter case never matters when words are read back.

Source: the PGP word list (Patrick Juola and Philip Zimmermann, 1995).
"""

from __future__ import annotations

from typing import Final

_EVEN_WORDS: Final = """
aardvark absurd accrue acme adrift adult afflict ahead aimless Algol allow alone
ammo ancient apple artist assume Athens atlas Aztec baboon backfield backward banjo
beaming bedlamp beehive beeswax befriend Belfast berserk billiard bison blackjack
blockade blowtorch bluebird bombast bookshelf brackish breadline breakup brickyard
briefcase Burbank button buzzard cement chairlift chatter checkup chisel choking
chopper Christmas clamshell classic classroom cleanup clockwork cobra commence
concert cowbell crackdown cranky crowfoot crucial crumpled crusade cubic dashboard
deadbolt deckhand dogsled dragnet drainage dreadful drifter dropper drumbeat drunken
Dupont dwelling eating edict egghead eightball endorse endow enlist erase escape
exceed eyeglass eyetooth facial fallout flagpole flatfoot flytrap fracture framework
freedom frighten gazelle Geiger glitter glucose goggles goldfish gremlin guidance
hamlet highchair hockey indoors indulge inverse involve island jawbone keyboard
kickoff kiwi klaxon locale lockup merit minnow miser Mohawk mural music necklace
Neptune newborn nightbird Oakland obtuse offload optic orca payday peachy pheasant
physique playhouse Pluto preclude prefer preshrunk printer prowler pupil puppy
python quadrant quiver quota ragtime ratchet rebirth reform regain reindeer rematch
repay retouch revenge reward rhythm ribcage ringbolt robust rocker ruffled sailboat
sawdust scallion scenic scorecard Scotland seabird select sentence shadow shamrock
showgirl skullcap skydive slingshot slowdown snapline snapshot snowcap snowslide
solo southward soybean spaniel spearhead spellbind spheroid spigot spindle spyglass
stagehand stagnate stairway standard stapler steamship sterling stockman stopwatch
stormy sugar surmount suspense sweatband swelter tactics talon tapeworm tempest
tiger tissue tonic topmost tracker transit trauma treadmill Trojan trouble tumor
tunnel tycoon uncut unearth unwind uproot upset upshot vapor village virus Vulcan
waffle wallet watchword wayside willow woodlark Zulu
"""

_ODD_WORDS: Final = """
adroitness adviser aftermath aggregate alkali almighty amulet amusement antenna
applicant Apollo armistice article asteroid Atlantic atmosphere autopsy Babylon
backwater barbecue belowground bifocals bodyguard bookseller borderline bottomless
Bradbury bravado Brazilian breakaway Burlington businessman butterfat Camelot
candidate cannonball Capricorn caravan caretaker celebrate cellulose certify
chambermaid Cherokee Chicago clergyman coherence combustion commando company
component concurrent confidence conformist congregate consensus consulting corporate
corrosion councilman crossover crucifix cumbersome customer Dakota decadence
December decimal designing detector detergent determine dictator dinosaur direction
disable disbelief disruptive distortion document embezzle enchanting enrollment
enterprise equation equipment escapade Eskimo everyday examine existence exodus
fascinate filament finicky forever fortitude frequency gadgetry Galveston getaway
glossary gossamer graduate gravity guitarist hamburger Hamilton handiwork hazardous
headwaters hemisphere hesitate hideaway holiness hurricane hydraulic impartial
impetus inception indigo inertia infancy inferno informant insincere insurgent
integrate intention inventive Istanbul Jamaica Jupiter leprosy letterhead liberty
maritime matchmaker maverick Medusa megaton microscope microwave midsummer
millionaire miracle misnomer molasses molecule Montana monument mosquito narrative
nebula newsletter Norwegian October Ohio onlooker opulent Orlando outfielder Pacific
pandemic Pandora paperweight paragon paragraph paramount passenger pedigree Pegasus
penetrate perceptive performance pharmacy phonetic photograph pioneer pocketful
politeness positive potato processor provincial proximate puberty publisher pyramid
quantity racketeer rebellion recipe recover repellent replica reproduce resistor
responsive retraction retrieval retrospect revenue revival revolver sandalwood
sardonic Saturday savagery scavenger sensation sociable souvenir specialist
speculate stethoscope stupendous supportive surrender suspicious sympathy tambourine
telephone therapist tobacco tolerance tomorrow torpedo tradition travesty trombonist
truncated typewriter ultimate undaunted underfoot unicorn unify universe unravel
upcoming vacancy vagabond vertigo Virginia visitor vocalist voyager warranty
Waterloo whimsical Wichita Wilmington Wyoming yesteryear Yucatan
"""

_EVEN: Final = tuple(_EVEN_WORDS.split())
_ODD: Final = tuple(_ODD_WORDS.split())

_BYTES: Final = tuple(
    {word.lower(): byte for byte, word in enumerate(column)} for column in (_EVEN, _ODD)
)

ROW: Final = 4
"""How many words are printed and read in one breath."""

COMPLETION_LETTERS: Final = 3
"""After how many letters a word is completed; fewer fit too many words."""


def words(digest: bytes) -> tuple[str, ...]:
    """Give one word for each byte.

    Args:
        digest: Raw bytes (not hex), of any length.
    """
    return tuple(
        (_EVEN, _ODD)[position % 2][byte] for position, byte in enumerate(digest)
    )


def rows(digest: bytes) -> tuple[tuple[str, ...], ...]:
    """Give the words in rows of four, the last one shorter where they do not fit.

    Args:
        digest: Raw bytes (not hex), of any length; 32 bytes make 8 rows.
    """
    told = words(digest)
    return tuple(told[start : start + ROW] for start in range(0, len(told), ROW))


def parse_word(word: str, position: int) -> int:
    """Give the byte that a word means at a place.

    Args:
        word: As typed; letter case does not matter.
        position: The word's place from 0.

    Returns:
        The byte, 0 to 255.

    Raises:
        ValueError: The word does not stand in the list for such places; the message
            says so where it belongs to the other list.
    """
    wanted = word.strip().lower()
    byte = _BYTES[position % 2].get(wanted)
    if byte is not None:
        return byte
    if wanted in _BYTES[1 - position % 2]:
        raise ValueError(
            f"{word} cannot stand at place {position + 1}: one was skipped"
        )
    raise ValueError(f"{word} is not a word of the list")


def complete_word(letters: str, position: int) -> tuple[str, ...]:
    """Give the words that begin so and may stand at a place.

    Args:
        letters: What was typed so far; fewer than three letters give nothing.
        position: The word's place from 0; only words of its parity are offered.
    """
    begun = letters.strip().lower()
    if len(begun) < COMPLETION_LETTERS:
        return ()
    column = (_EVEN, _ODD)[position % 2]
    return tuple(word for word in column if word.lower().startswith(begun))

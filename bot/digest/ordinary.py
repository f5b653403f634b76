"""Names that are ordinary words too, and words that give a name away, in Dutch and English."""

from __future__ import annotations


def _words(lines: str) -> frozenset[str]:
    return frozenset(lines.split())


PARTICLES = _words(
    """
    't aan af al ben bin d' da de degli del della den der des di do dos du el het in la las le les lo los op t te
    ten ter und v.d van vd ver vom von voor zu zum zur
    """
)
"""What stands between a first name and a surname; never a name by itself."""

OPENERS = _words(
    """
    art best bill black bos brown bruin case chase dag day don drew early english field frank french gene goed
    good grant green grijs groen groot hand hope jack jong josh joy king klein kort lang little long loop love
    major mark max may miles mooi noble oud page pat price rich rob short small street strong sue vrij vroeg ward
    white wil will wise wit wood young zwart
    """
)
"""Names that often stand at the start of a sentence as an ordinary word ("Wil je dat?", "Will it work?")."""

GIVEN_WORDS = _words(
    """
    amber angel april art august autumn bas beau bella bill bloem bo brand carol chance charity chase christen
    cliff dag daisy dale dawn dean destiny don drew duke earl eden elf faith fee felicity fern fin fleur floor
    flora frank gale gene ginger glen gloria grace grant guy hazel heather heide herb holly honey hope hunter iris
    ivy jack jade jasmijn jasmine jet jewel jo joker jolly josh joy juli june juni juno kit kroon lance lily linde
    lot maan madelief major marine mark mart may mees mei melody mercedes mick mika miles mille misty mo mol
    morgan noor norm olijf olive pansy parker pat patience peace pearl penny poppy prince queen rain ray reed
    regen rein rich river rob rock rod roos roosje rose rosemary ruby rusty sage sam sandy skip sky sol sonny star
    steef ster storm sue summer sunny tanner tiger tip ton tulp veer vic violet vita vogel vos wade ward wende wil
    wilg will willow win winter wolf wout zomer zon
    """
)
"""First names that are ordinary words: names only with a capital, or beside another part of a name."""

TITLES = _words(
    """
    aunt broeder brother colleague collega dhr dhr. dokter dr dr. heer juf juffrouw madam meneer mevr mevr.
    mevrouw mijnheer miss mister mr mr. mrs mrs. ms ms. mw mw. nurse oom sir sister tante uncle zuster
    """
)
"""After these a word with a capital is somebody's name, whether or not it is on the roster."""

NOT_AFTER_A_TITLE = _words(
    """
    a and dat de die een en from het in is of op or the uit van was who
    """
)
"""Words that may follow a title with a capital without being a name ("Mevrouw Die…" in a heading)."""

FOLLOWS_A_NAME = _words(
    """
    also always asked asks belde belt bleef blijft called calls came can't comes deed did does doet gaat gaf gave
    geeft ging gives goes had has heeft is kan keeps kept knew knows komt kon kwam left maakt maakte made makes
    moest moet never regelde regelt said says schreef sent stays stuurde tells thinks thought told vertelde
    vertelt vindt vond vraagt vroeg was weet went werkt werkte wist worked works wrote zat zegt zei zit
    """
)
"""Words that follow somebody's name at the start of a sentence ("Wil zei", "Mark has")."""

PRONOUNS = _words(
    """
    he hij i ik jij me mij mijn my she we wij you zij
    """
)
"""After "en" or "and" they make a name of what stands before ("Mark en ik")."""

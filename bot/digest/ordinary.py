"""Names that are ordinary words too, and words that give a name away, in Dutch and English."""

from __future__ import annotations

PARTICLES = frozenset(
    "aan af al bin ben d' da de degli del della den der des di do dos du el het in la las le les lo los op 't t te ten ter "
    "und van vd ver vom von voor zu zum zur".split()
)
"""What stands between a first name and a surname; never a name by itself."""

OPENERS = frozenset(
    "wil will may mark art bill chase don drew frank gene grant hope jack joy josh max miles pat rob rich sue ward "
    "jong de groot klein lang kort oud wit zwart bruin groen grijs goed best mooi vrij vroeg loop bos dag van ik "
    "young long short white black brown green good best early small little strong wise king major page price street "
    "love wood hand case field french english noble day".split()
)
"""Names that often stand at the start of a sentence as an ordinary word ("Wil je dat?", "Will it work?")."""

GIVEN_WORDS = frozenset(
    "amber angel april art august autumn bella bill bloem brand carol chance charity chase christen cliff dag daisy dale "
    "dawn dean destiny don drew duke earl eden elf ellen eva faith fee felicity fern finn flora frank gale gene "
    "gerard ginger glen gloria grace grant guy hazel heather heide herb holly honey hope hugo hunter iris ivy jack jade "
    "jasmine jasmijn jet jewel joker jolly josh joy juli june juni juno kees kit kroon lance lee lily linde lot lotte "
    "louis lot madelief maan major mark marine marjolein mart mary max may mei melody mercedes merel mike miles mille "
    "mika misty mo mol morgan nick noor norm olive olijf pansy parker pat patience pearl peace penny petra piet poppy "
    "prince queen rain ray reed regen rein rich river rob robin rock rod roel roos rose rosemary ruby rusty sage sandy "
    "sky skip sol sonny spencer star ster stella steef storm sue summer sunny tanner taylor terra tiger tip tom tony "
    "troy tulp vera veer vic violet vita wade ward wende wil wilg will willow win winter woody wout zoë zomer zon "
    "gijs hans bas bo bas sam jo ans fin tim ton rik rick mees mick".split()
) - frozenset(
    "ellen eva finn gerard hugo kees lotte mary petra piet tom tony gijs hans ans tim rik rick roel lee louis marjolein "
    "merel vera stella troy taylor spencer woody nick mike max robin terra".split()
)
"""First names that are ordinary words: names only with a capital, or beside another part of a name."""

TITLES = frozenset(
    "mevrouw mevr mw mevr. mw. meneer mijnheer dhr dhr. heer juffrouw juf dokter dr dr. zuster broeder collega tante oom "
    "mr mr. mrs mrs. ms ms. miss mister sir madam sister brother nurse colleague aunt uncle".split()
)
"""After these a word with a capital is somebody's name, whether or not it is on the roster."""

NOT_AFTER_A_TITLE = frozenset("de het een die dat op in uit van is was en of and or the a from is was who".split())
"""Words that may follow a title with a capital without being a name ("Mevrouw Die…" in a heading)."""

FOLLOWS_A_NAME = frozenset(
    "heeft had is was zei zegt vertelde vertelt vindt vond kwam komt ging gaat deed doet werkte werkt kan kon moet moest "
    "belde belt vroeg vraagt schreef stuurde gaf geeft weet wist blijft bleef regelt regelde maakt maakte zit zat "
    "has said says told tells thinks thought came comes went goes did does works worked can't called calls asked asks "
    "wrote sent gave gives knows knew stays left keeps kept made makes always never also".split()
)
"""Words that follow somebody's name at the start of a sentence ("Wil zei", "Mark has")."""

PRONOUNS = frozenset("ik jij hij zij wij we me mij i he she we you me my mijn".split())
"""After "en" or "and" they make a name of what stands before ("Mark en ik")."""

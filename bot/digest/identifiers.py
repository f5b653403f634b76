"""What reaches or numbers somebody: addresses, telephones, accounts, mentions, employee numbers."""

from __future__ import annotations

import re
from collections.abc import Callable

Mark = Callable[[str], str]
"""Gives the mark for a kind of thing: `name`, `mail`, `phone`, `account`, `link`, `number`, `address`."""

_AT_TAG = re.compile(r"<at\b[^>]*>.*?</at>", re.IGNORECASE | re.DOTALL)
_SLACK_MENTION = re.compile(r"<[@#!][^<>\s][^<>]*>")
_SLACK_LINK = re.compile(r"<(?:https?|mailto|tel):[^<>]+>", re.IGNORECASE)
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]*)\]\((?:https?|mailto|tel):[^()\s]*\)", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z!][^<>]*>", re.IGNORECASE)
_MAIL = re.compile(
    r"[\w.+'-]+\s?(?:@|\(at\)|\[at\]|\bapenstaartje\b)\s?[\w-]+(?:\s?(?:\.|\(dot\)|\[dot\]|\(punt\)|\[punt\])\s?[\w-]+)+",
    re.IGNORECASE,
)
_MENTION = re.compile(r"(?<![\w@])@[^\W_][\w.'-]*\w|(?<![\w@])@[^\W_]")
_URL = re.compile(
    r"\b(?:https?://|ftp://|www\.)[^\s<>\"]+|\b(?:[a-z0-9-]+\.)+(?:com|nl|be|de|org|net|eu|io)/[^\s<>\"]+",
    re.IGNORECASE,
)
_BARE_URL = re.compile(r"(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,}/?[.,;:!?)]*", re.IGNORECASE)
_ACCOUNT = re.compile(r"\b[A-Z]{2}\s?\d{2}(?:[\s.-]?[A-Z0-9]{1,4}){3,9}\b", re.IGNORECASE)
_SHORTEST_ACCOUNT, _LONGEST_ACCOUNT = 15, 34
"""Characters of an IBAN (ISO 13616, registry of SWIFT, read 2026-11)."""
_LETTERED = re.compile(
    r"\b((?:(?:personeels?|pers\.?|medewerkers?|werknemers?|cli[eë]nt|klant|dossier|big|badge|pas|burgerservice|staff|employee|"
    r"personnel|payroll)[\s-]?(?:nummer|nr|number|no|id|code)|bsn|badge)\.?\s?(?:is|was|:|#|=)?\s?)"
    r"([a-z]{0,3}[\s-]?\d[\d.-]{2,})\b",
    re.IGNORECASE,
)
_EXTENSION = re.compile(
    r"\b(toestel(?:nummer)?|doorkiesnummer|ext(?:ension|\.)?)(\s?(?:is|:)?\s?)\d{3,5}\b", re.IGNORECASE
)
_CODE = re.compile(r"\b[A-Z]{1,4}-?\d{4,}\b|\b[pPmM]\d{5,}\b")
_LONG_NUMBER = re.compile(
    r"(?<![\d€$£.,-])(?<!€ )(?<!\$ )(?<!£ )\d(?:[ .-]?\d){4,}(?![\d])"
    r"(?!\s?(?:euro|eur\b|€|km\b|uur\b|mensen|people|hours|cli[eë]nten|clients|stuks|keer|times|minuten|minutes|procent|percent|%))",
    re.IGNORECASE,
)
_YEARS = re.compile(
    r"(?:19|20)\d\d[ .-]{1,3}(?:19|20)\d\d|\d{1,3}(?:[.]000)+|\d{1,2}-\d{1,2}-\d{2,4}|\d{4}-\d{1,2}-\d{1,2}"
)
"""Years, thousands with dots and dates: numbers that are nobody's."""
_LONG_DIGITS = 5
_POSTCODE = re.compile(r"\b[1-9]\d{3}\s?[A-Z]{2}\b(?:\s?,?\s?\d{1,4}\s?[a-z]?\b)?")
_STREET = re.compile(
    r"\b[A-Z][\w'’-]*(?:straat|laan|weg|plein|kade|gracht|singel|dijk|hof|pad|steeg|dreef|plantsoen)\s\d{1,4}\s?[a-zA-Z]?\b"
    r"|\b\d{1,4}\s[A-Z]\w+\s(?:Street|Road|Lane|Avenue|Drive|Close|Way)\b"
)
_REGIONS = {"nl": ("NL", "BE", "DE"), "en": ("NL", "GB", "US"), "de": ("DE", "NL", "AT"), "fr": ("FR", "BE", "NL")}
"""Countries whose numbers are written without their prefix, by language; NL everywhere, where we work."""
_FEWEST_DIGITS = 8


def scrub_identifiers(text: str, *, language: str, mark: Mark) -> str:
    """Replace everything that reaches or numbers somebody by its mark; markup of platforms becomes plain text."""
    text = _AT_TAG.sub(mark("name"), text)
    text = _SLACK_MENTION.sub(mark("name"), text)
    text = _SLACK_LINK.sub(mark("link"), text)
    text = _MARKDOWN_LINK.sub(lambda match: f"{match[1]} {mark('link')}", text)
    text = _TAG.sub(" ", text)
    text = _MAIL.sub(mark("mail"), text)
    text = _URL.sub(lambda match: _link(match[0], mark), text)
    text = _MENTION.sub(mark("name"), text)
    text = _ACCOUNT.sub(lambda match: _account(match[0], mark), text)
    text = _EXTENSION.sub(lambda match: f"{match[1]}{match[2]}{mark('number')}", text)
    text = _LETTERED.sub(lambda match: f"{match[1]}{mark('number')}", text)
    text = _phones(text, language, mark)
    text = _POSTCODE.sub(mark("address"), text)
    text = _STREET.sub(mark("address"), text)
    text = _CODE.sub(mark("number"), text)
    return _LONG_NUMBER.sub(lambda match: _number(match[0], mark), text)


def _link(url: str, mark: Mark) -> str:
    """Keep a bare site ("www.ns.nl"); a path or a question in a link may name somebody."""
    return url if _BARE_URL.fullmatch(url) else mark("link")


def _account(found: str, mark: Mark) -> str:
    """Replace the longest start that is an IBAN by its checksum; what only looks like one stays."""
    for end in range(len(found), 0, -1):
        bare = re.sub(r"[\s.-]", "", found[:end]).upper()
        if len(bare) < _SHORTEST_ACCOUNT:
            break
        if found[end - 1].isalnum() and len(bare) <= _LONGEST_ACCOUNT and _is_account(bare):
            return mark("account") + found[end:]
    return found


def _is_account(bare: str) -> bool:
    """Check an IBAN: the first four to the end, letters to numbers, modulo 97 leaves 1 (ISO 7064)."""
    turned = bare[4:] + bare[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _phones(text: str, language: str, mark: Mark) -> str:
    """Replace telephone numbers that are valid in a country where this language is written."""
    if sum(sign.isdigit() for sign in text) < _FEWEST_DIGITS:
        return text
    from phonenumbers import PhoneNumberMatcher  # noqa: PLC0415 -- its metadata is large

    for region in _REGIONS.get(language, ("NL",)):
        for match in reversed(list(PhoneNumberMatcher(text, region))):
            if not _YEARS.fullmatch(match.raw_string):
                text = text[: match.start] + mark("phone") + text[match.end :]
    return text


def _number(found: str, mark: Mark) -> str:
    """Replace a number of five digits or more that is no year, amount or date."""
    digits = sum(sign.isdigit() for sign in found)
    return found if digits < _LONG_DIGITS or _YEARS.fullmatch(found) else mark("number")

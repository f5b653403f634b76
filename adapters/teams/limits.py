"""What Teams takes: how many messages, how large a card, and how texts and buttons lie so that they read on a phone."""

from __future__ import annotations

CONVERSATION = ((7, 1.0), (60, 30.0), (1800, 3600.0))
"""So many messages of a bot in so many seconds to one conversation (learn.microsoft.com, "Rate limiting for bots",
read 2026-11)."""

TENANT_A_SECOND = 50.0
"""So many requests of an app to one tenant in a second (the same page)."""

CARD_BYTES = 24_000
"""A message may have about 28 KB (learn.microsoft.com, "Format your bot messages", read 2026-11); what we do not write
of it, the ids around the card, has its share."""

FORM_BYTES = 13_000
"""A form is shorter: packed it comes along with its own button, and what was typed has to have room in it."""

LINE_TEXT = 2000
"""Characters of one piece of running text, so that a long one can be divided over cards."""

SUMMARY_TEXT = 150
"""The line of a notification; Teams takes more, and shows less."""

TITLE_TEXT = 75
"""Characters on a button; more of a longer label is its tooltip."""

BACK_TEXT = 40
"""Characters of the heading that a button back names."""

ROW_TEXT = 34
"""Characters that fit beside each other on a phone; a button takes BUTTON_TEXT besides its label. Above it, a row of
its own: buttons beside each other are cut off, those under each other are not."""
BUTTON_TEXT = 4
ROW_BUTTONS = 4

LABEL_TEXT = 300
HINT_TEXT = 500
OPTION_TEXT = 100
"""Characters of a question, of the small print below it, and of an option: what can be filled in is never left out of
a card that is too long, so that it is short by itself."""

FEW_OPTIONS = 8
"""So many options stand under each other; more are a list that opens."""

CARRIED_BYTES = 100_000
"""A card that comes back with a button is at most so long when it is unpacked; ours are at most CARD_BYTES."""

"""What Slack takes, in characters and pieces (Block Kit reference, docs.slack.dev, read 2026-11)."""

from __future__ import annotations

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 11_500
"""All texts of a message together: messages of about 13,000 have been refused, and the JSON around them counts too."""
SECTION_TEXT = 3000
HEADER_TEXT = 150
CONTEXT_TEXT = 2000
SUMMARY_TEXT = 150
"""The line of a notification; Slack takes more, and shows less."""
ACTIONS = 25
BUTTON_TEXT = 75
OPTION_TEXT = 75
RADIO_OPTIONS = 10
SELECT_OPTIONS = 100
SELECT_GROUPS = 100
LABEL_TEXT = 2000
HINT_TEXT = 2000
INPUT_TEXT = 3000
MODAL_TITLE = 24

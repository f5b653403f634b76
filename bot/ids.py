"""The names of things: one NewType per kind of id, so that one cannot be passed for another."""

from typing import NewType

TenantId = NewType("TenantId", str)
"""A Slack workspace, a Teams tenant or the sandbox."""

PersonId = NewType("PersonId", str)
"""Someone in a tenant, as the platform names them."""

TeamKey = NewType("TeamKey", str)
"""A group of people on the platform: a channel, a user group, a team."""

ChannelId = NewType("ChannelId", str)
"""Where the core team reads."""

ChangeId = NewType("ChangeId", str)
"""A change, as its file names it; unique within a tenant."""

RoundId = NewType("RoundId", str)
"""A round; unique within a tenant."""

PointKey = NewType("PointKey", str)
"""A point of a change's frame; unique within the change."""

ScenarioKey = NewType("ScenarioKey", str)
"""A scenario of a change; unique within the change."""

PageKey = NewType("PageKey", str)
"""A page of a round: one question with its probe, or one scenario."""

FieldKey = NewType("FieldKey", str)
"""A field of a page: `answer`, `probe`, `meaning`."""

Language = NewType("Language", str)
"""A language as ISO 639-1 writes it: `nl`, `en`."""

MessageRef = NewType("MessageRef", str)
"""A delivered message, as its platform finds it again."""

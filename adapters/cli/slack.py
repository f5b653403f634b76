"""`ruimte slack manifest`: what to paste into Slack to make the app."""

from __future__ import annotations

import io
from urllib.parse import urlsplit

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from adapters.cli.sentences import say
from adapters.slack.manifest import SCOPES, manifest
from bot.errors import SettingsInvalid


def print_manifest(address: str, *, many: bool) -> None:
    """Print the manifest as YAML, a sentence beside each scope. Raises SettingsInvalid."""
    address = address.rstrip("/")
    parts = urlsplit(address)
    if address and (parts.scheme != "https" or not parts.netloc or parts.path or parts.query):
        raise SettingsInvalid(f"--http wants your public address, https://ruimte.example.org, and not {address!r}")
    if many and not address:
        raise SettingsInvalid("--many needs --http: people install it at a public address")
    written = manifest(socket=not address, address=address, many=many)
    scopes = written["oauth_config"]["scopes"]["bot"]
    explained = CommentedSeq(scopes)
    for number, scope in enumerate(scopes):
        explained.yaml_set_comment_before_after_key(number, before=SCOPES[scope], indent=6)
    written["oauth_config"]["scopes"] = CommentedMap(bot=explained)
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 120
    text = io.StringIO()
    yaml.dump(written, text)
    say(text.getvalue().rstrip())

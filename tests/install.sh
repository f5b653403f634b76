#!/usr/bin/env bash
# Installs what the tests need beside Python packages: Chromium and PostgreSQL's server.
# Where it may not (not root, or no apt) it says which tests are left out; with CI=true that is a failure.
set -euo pipefail

# The same places as in tests/conftest.py and tests/databases.py.
have_chromium() {
    command -v chromium || command -v chromium-browser || command -v google-chrome \
        || compgen -G "/Applications/Chromium.app/Contents/MacOS/Chromium" \
        || compgen -G "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
}
have_postgres() {
    command -v initdb \
        || compgen -G "/usr/lib/postgresql/*/bin/initdb" \
        || compgen -G "/opt/homebrew/opt/postgresql*/bin/initdb" \
        || compgen -G "/usr/local/opt/postgresql*/bin/initdb"
}

# What looks for obstacles in pages comes from npm, by the hash in its lock; tests/browser/obstacles.py has the same place.
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
axe="$here/../build/axe"
have_axe() {
    cmp -s "$here/browser/axe/package-lock.json" "$axe/package-lock.json" && [ -f "$axe/node_modules/axe-core/axe.min.js" ]
}
if ! have_axe && command -v npm > /dev/null; then
    echo "Fetching for the tests: axe-core"
    mkdir -p "$axe"
    cp "$here"/browser/axe/package*.json "$axe/"
    (cd "$axe" && npm ci --silent --no-audit --no-fund) || rm -f "$axe/package-lock.json"
fi

# What holds the manifest of the Teams app to its schema; tests/adapters/teams/manifest_schemas.py has the same place.
schemas="$here/../build/teams-schemas"
have_schemas() {
    cmp -s "$here/adapters/teams/schemas/package-lock.json" "$schemas/package-lock.json" \
        && [ -d "$schemas/node_modules/@microsoft/app-manifest/build/json-schemas/teams" ]
}
if ! have_schemas && command -v npm > /dev/null; then
    echo "Fetching for the tests: the schemas of a Teams app's manifest"
    mkdir -p "$schemas"
    cp "$here"/adapters/teams/schemas/package*.json "$schemas/"
    (cd "$schemas" && npm ci --silent --no-audit --no-fund --ignore-scripts) || rm -f "$schemas/package-lock.json"
fi

missing=()
have_chromium > /dev/null 2>&1 || missing+=(chromium)
have_postgres > /dev/null 2>&1 || missing+=(postgresql)
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    echo "Installing for the tests: ${missing[*]}"
    log="$(mktemp)"
    if ! { apt-get update && apt-get install --yes --no-install-recommends "${missing[@]}"; } > "$log" 2>&1; then
        tail -n 20 "$log" >&2
        echo "apt-get could not install: ${missing[*]}" >&2
    fi
    rm -f "$log"
fi

left_out=()
have_chromium > /dev/null 2>&1 || left_out+=("the browser tests (Chromium is not installed)")
have_postgres > /dev/null 2>&1 || left_out+=("the PostgreSQL tests (its server is not installed)")
have_axe || left_out+=("the tests for people who cannot see or use a mouse (axe-core is fetched with npm, which is not there)")
have_schemas || left_out+=("the tests of the Teams app's manifest (its schemas are fetched with npm, which is not there)")
for what in ${left_out[@]+"${left_out[@]}"}; do
    echo "Left out: $what."
done
if [ ${#left_out[@]} -gt 0 ] && [ "${CI:-}" = true ]; then
    echo "With CI=true nothing may be left out." >&2
    exit 1
fi

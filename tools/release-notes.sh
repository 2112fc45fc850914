#!/usr/bin/env bash
# tools/release-notes.sh VERSION: prints the changelog's section of a version. Fails when
# there is none, or when Cargo.toml has another version.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
version=${1:?which version?}

workspace=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
if [ "$workspace" != "$version" ]; then
  echo "Cargo.toml has version $workspace, not $version" >&2
  exit 1
fi
notes=$(awk -v head="## [$version]" 'index($0, "## ") == 1 { on = index($0, head) == 1; next } on' CHANGELOG.md)
if [ -z "${notes//[[:space:]]/}" ]; then
  echo "CHANGELOG.md has no section \"## [$version]\"" >&2
  exit 1
fi
echo "$notes"

#!/usr/bin/env bash
# Set up everything that the program needs, in .venv beside this project. Safe to run again: what stands is left alone.
#   scripts/setup.sh          the program itself (make demo, make serve)
#   scripts/setup.sh tests    and what only the tests need: rivals to compare with, a Chromium, Chinese fonts,
#                             PostgreSQL with PostGIS
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "quhua set-up: $*" >&2; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else say "need root for: $* — run it yourself, then try again"; exit 2
  fi
}

apt_install() {
  command -v apt-get >/dev/null || { say "please install with your package manager: $*"; exit 2; }
  say "installing $* (apt)"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
    [ -n "$candidate" ] && command -v "$candidate" >/dev/null \
      && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
      && { echo "$candidate"; return; }
  done
  say "Python 3.11 or newer is needed; found $(python3 --version 2>&1 || echo none). Set PYTHON=/path/to/python3.11"
  exit 2
}

make_venv() {
  [ -x .venv/bin/python ] && .venv/bin/python -m pip --version >/dev/null 2>&1 && return
  local python; python=$(find_python)
  rm -rf .venv
  "$python" -m venv .venv >/dev/null 2>&1 && return
  apt_install "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
  rm -rf .venv
  "$python" -m venv .venv
}

install_packages() {  # install_packages EXTRAS
  local wanted record=.venv/.packages-$1; wanted=$(cat pyproject.toml constraints.txt | sha256sum)
  [ "$(cat "$record" 2>/dev/null)" = "$wanted" ] && return
  say "installing Python packages (constraints.txt): $1"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[$1]"
  echo "$wanted" > "$record"
}

install_test_tools() {
  local missing=()
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing+=(chromium)
  fc-list 2>/dev/null | grep -qi "CJK" || missing+=(fontconfig fonts-noto-cjk)
  ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1 || missing+=(postgresql postgis postgresql-postgis)
  if [ ${#missing[@]} -gt 0 ]; then apt_install "${missing[@]}"; fi
}

make_venv
install_packages dev
.venv/bin/python scripts/fetch_assets.py
if [ "${1:-}" = tests ]; then
  install_packages peers
  install_test_tools
fi

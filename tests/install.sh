#!/usr/bin/env bash
# Installs the programs that some tests talk to: an editor, a web server, the tools that build Debian packages and Windows
# installers, and the C++ compiler of the fuzz targets. Debian as root only, quietly, and only what is missing; elsewhere those tests say that they are skipped.
set -euo pipefail

[ "$(id -u)" = 0 ] && [ -e /etc/debian_version ] || exit 0

missing=()
for package in neovim nginx-light dpkg-dev apt-utils g++; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

# A server that is only tested must not start by itself.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null

#!/bin/sh
# Installs nothing but a note, so that the example can be run anywhere.
set -eu
mkdir -p "$1"
echo "tools of the example" > "$1/tools.txt"

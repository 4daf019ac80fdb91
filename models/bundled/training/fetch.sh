#!/bin/sh
# Fetches and unpacks the Debian packages of sources.tsv and the package descriptions, without installing.
#   sh fetch.sh CACHE
# A private apt configuration, because container images often set Acquire::Languages "none".
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cache=$(cd "$1" && pwd)
mkdir -p "$cache/apt/lists/partial" "$cache/apt/parts" "$cache/debs" "$cache/root" "$cache/descriptions"
cat > "$cache/apt/apt.conf" <<CONF
Dir::Etc::parts "$cache/apt/parts";
Dir::State::lists "$cache/apt/lists";
Acquire::Languages { "en"; "de"; "fr"; "es"; "it"; "pt"; "pt_BR"; };
Acquire::GzipIndexes "false";
APT::Sandbox::User "root";
CONF
export APT_CONFIG="$cache/apt/apt.conf"
apt-get update
for list in "$cache"/apt/lists/*_main_i18n_Translation-*; do
  # Behind the name of the server, which differs from one machine to the next.
  name=${list##*/}
  cp "$list" "$cache/descriptions/${name#*_}"
done
cd "$cache/debs"
apt-get download $(grep -v '^#' "$here/sources.tsv" | cut -f1 | sort -u)
# Debian's snapshot archive keeps old versions, should the table be wanted again to the bit.
cd "$cache"
sha256sum --check --quiet "$here/checksums.txt" >&2 || echo "Not all is as the shipped model was trained on; the figures will differ." >&2
for deb in debs/*.deb; do dpkg-deb -x "$deb" "$cache/root"; done

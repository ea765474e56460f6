#!/bin/sh
# Sees to the two things that come from the system: Chinese fonts and a Chromium. Installs them when root on Debian,
# else names the one command. Arguments: [--optional] fonts chromium
set -eu
optional=no
missing=
for need in "$@"; do
    case $need in
    --optional) optional=yes ;;
    fonts)
        found=$(find /usr/share/fonts /usr/local/share/fonts "${HOME:-/nonexistent}/.local/share/fonts" /System/Library/Fonts \
            \( -iname '*Noto*CJK*' -o -iname 'SourceHan*' -o -iname 'PingFang*' \) -print 2>/dev/null | head -n 1 || true)
        [ -n "$found" ] || missing="$missing fonts-noto-cjk"
        ;;
    chromium)
        [ -n "${LINLI_CHROMIUM:-}" ] || command -v chromium >/dev/null || missing="$missing chromium"
        ;;
    esac
done
[ -n "$missing" ] || exit 0

install="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing$missing"
    if apt-get update -qq && DEBIAN_FRONTEND=noninteractive $install >/dev/null; then
        exit 0
    fi
    echo "That did not work." >&2
fi
if [ "$optional" = yes ]; then
    echo "Without them printed Chinese may show as boxes. To add them: sudo $install" >&2
    exit 0
fi
echo "The tests need$missing. Run: sudo $install" >&2
exit 1

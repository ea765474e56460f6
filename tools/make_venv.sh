#!/bin/sh
# Makes the virtual environment. Arguments: the Python to use, the directory. Says the one command when something is missing.
set -eu
python=$1
venv=$2

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    echo "Linli needs Python 3.11 or newer; '$python' is not. Try: make PYTHON=python3.11 setup" >&2
    exit 1
}
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    package="python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null
    else
        echo "This Python cannot make a virtual environment. Run: sudo apt-get install $package" >&2
        exit 1
    fi
fi
"$python" -m venv "$venv"

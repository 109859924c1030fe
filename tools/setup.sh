# Sets up .venv with pinned packages: setup.sh PYTHON REQUIREMENTS. Says what it does; ends in one sentence if it can't.
set -u
python=$1 requirements=$2

fail() { printf 'writethru: %s\n' "$*" >&2; exit 1; }

command -v "$python" >/dev/null 2>&1 || fail "there is no “$python” here. Install Python 3.11 or newer, or name it: make run PYTHON=python3.12"
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || fail "“$python” does not run. Name another one: make run PYTHON=python3.12"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "needs Python 3.11 or newer; “$python” is $version. Name a newer one: make run PYTHON=python3.12"

stopped() { trap '' INT TERM; kill ${pip:-} 2>/dev/null; rm -f "${log:-}" .venv-error; echo; fail "stopped. Run the same command again to go on."; }
trap stopped INT TERM

[ -w . ] || fail "this folder can't be written: $(pwd). Clone into one that can."

if ! .venv/bin/python -c 'import pip' >/dev/null 2>&1; then
  echo "Making .venv with Python $version …"
  rm -rf .venv 2>/dev/null
  "$python" -m venv .venv >/dev/null 2>.venv-error || fail "can't make .venv here: $(tail -n 1 .venv-error; rm -f .venv-error). Can this folder be written, and is Python's venv module installed?"
  rm -f .venv-error
fi

count=$(grep -c '==' "$requirements")
echo "Installing $count pinned packages into .venv (a minute or two) …"
log=$(mktemp)
.venv/bin/python -m pip install --disable-pip-version-check --require-hashes --progress-bar off -r "$requirements" >"$log" 2>&1 &
pip=$!
seen=0
while kill -0 $pip 2>/dev/null; do
  sleep 2
  got=$(grep -c '^Collecting' "$log")
  [ "$got" -gt "$seen" ] && [ "$got" -lt "$count" ] && echo "  $got of $count fetched"
  seen=$got
done
if ! wait $pip; then
  if grep -qiE 'name resolution|connection (refused|reset|timed)|network is unreachable|max retries|no matching distribution' "$log"; then
    rm -f "$log"
    fail "the packages could not be fetched. Is this machine connected to the network? Then run the same command again."
  fi
  tail -n 5 "$log" >&2
  fail "the packages could not be installed; pip's last lines stand above."
fi
rm -f "$log"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --no-index -e . || fail "the project itself could not be installed into .venv."
echo "Set up."

#!/usr/bin/env bash
# Fetches, starts and stops the real servers that Cairn talks to, on 127.0.0.1. See README.md beside this file.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
. "$here/lib.sh"

defaults=(kafka statsd sentry zipkin)
all=("${defaults[@]}" carbon prometheus)

usage() {
  cat <<'END'
usage: backends.sh install|start|stop|status [name...]

  install   fetch what is missing
  start     install, start, and wait until the server answers
  stop      end the server that start started
  status    say what runs, where, and where its log is

names: kafka statsd sentry zipkin carbon prometheus
Without a name, install and start take kafka statsd sentry zipkin (Maven and Node are enough for these);
stop and status take all. Ports and places are environment variables; README.md lists them.
END
}

# Calls a function of lib.sh for each name, with that backend's file loaded; the subshell keeps the files apart.
# Goes on after a failure, so that one broken backend does not hide the others, and leaves in `names` those that went well.
each() { # function
  local well=() failed=0
  for name in "${names[@]}"; do
    if (log=$home/logs/$name.log && . "$here/$name.sh" && "$1"); then well+=("$name"); else failed=1; fi
  done
  names=("${well[@]}")
  return $failed
}

case ${1-} in
  install | start) names=("${defaults[@]}") ;;
  stop | status) names=("${all[@]}") ;;
  help | -h | --help) usage; exit ;;
  *) usage >&2; exit 2 ;;
esac
verb=$1
shift
if (($#)); then names=("$@"); fi
for name in "${names[@]}"; do
  [[ " ${all[*]} " == *" $name "* ]] || { printf 'No backend is named "%s".\n\n' "$name" >&2; usage >&2; exit 2; }
done

if [ "$verb" != status ]; then claim_home; fi
case $verb in
  install) each fetch ;;
  start) each launch; failed=$?; each await && exit $failed ;;
  stop) each end ;;
  status) each report ;;
esac

#!/usr/bin/env bash
# Downloads, starts and stops the servers that Cairn sends to, on 127.0.0.1. See README.md in this directory.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
. "$here/lib.sh"

defaults=(kafka statsd sentry zipkin)
all=("${defaults[@]}" carbon graphite prometheus redis)
# Tests start them
only_installed=(chromium clients)

usage() {
  cat <<'END'
usage: backends.sh install|start|stop|status [name...]

  install   download missing servers
  start     install and start servers, and wait until they respond
  stop      terminate servers that start has started
  status    print the address, the process id and the log file of each server

names: kafka statsd sentry zipkin carbon graphite prometheus redis, and chromium and clients to install
Without a name, install and start apply to kafka, statsd, sentry and zipkin, which require Maven and Node.js.
stop and status apply to all servers. Environment variables set ports and directories; see README.md.
END
}

# Calls a function of lib.sh for each name, with the file of that backend loaded in a subshell. Continues after a
# failure, and sets `names` to the backends that succeeded.
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
if [ "$verb" = install ]; then all+=("${only_installed[@]}"); fi
for name in "${names[@]}"; do
  [[ " ${all[*]} " == *" $name "* ]] || { printf 'Unknown backend "%s".\n\n' "$name" >&2; usage >&2; exit 2; }
done

if [ "$verb" != status ]; then claim_home; fi
case $verb in
  install) each fetch ;;
  start) each launch; failed=$?; each await && exit $failed ;;
  stop) each end ;;
  status) each report ;;
esac

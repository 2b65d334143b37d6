# Functions for all backends. Sourced by backends.sh, which sets $here and $repo and, for one backend, $name and $log.
# The file of a backend sets `address` (the destination of applications) and `ports` (protocol:variable of all ports),
# and defines fetch (idempotent), run (ends with `spawn command...`) and ready (a single probe that does not wait).

: "${KAFKA_PORT:=19092}" "${KAFKA_CONTROLLER_PORT:=19093}" "${KAFKA_HEAP:=256m}"
: "${STATSD_PORT:=28125}" "${STATSD_MGMT_PORT:=28126}" "${STATSD_FLUSH_MS:=10000}" "${STATSD_GRAPHITE:=0}"
: "${SENTRY_PORT:=28969}" "${ZIPKIN_PORT:=19411}" "${CARBON_PORT:=12003}" "${CARBON_QUERY_PORT:=17002}"
: "${GRAPHITE_PORT:=28080}"
: "${PROMETHEUS_PORT:=29090}" "${PROMETHEUS_TARGET:=127.0.0.1:8080}" "${PROMETHEUS_RULES:=}" "${REDIS_PORT:=16379}"

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
start_seconds=60
stop_seconds=20

home=${CAIRN_BACKENDS_HOME:-$repo/.backends}
if [[ $home != /* ]]; then home=$PWD/$home; fi

# Only one script at a time may change $home; the lock is held until the script ends.
claim_home() { mkdir -p "$home/data" "$home/logs" && exec 9>"$home/.lock" && flock 9 || exit; }

die() { printf '%s: %s\n' "$name" "$1" >&2; exit 1; }

need() { # command remedy
  command -v "$1" >/dev/null || die "$1 is required, but was not found. $2"
}

# --- fetching

maven() { # goal of the dependency plugin, arguments
  local mvn=mvn
  if [ -x "$repo/mvnw" ]; then mvn=$repo/mvnw; fi
  need "$mvn" 'Install Apache Maven 3.8 or later.'
  "$mvn" -q -B "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:$1" "${@:2}" >&2 || die "The Maven goal $1 failed. See the output above."
}

need_java() { need "$java" 'Install JDK 17 or later, or set JAVA_HOME.'; }

node_modules() { # for StatsD and Spotlight
  need node 'Install Node.js 20 or later.'
  need npm 'Install npm, which is usually part of Node.js.'
  mkdir -p "$home/node"
  cp "$here"/node/*.?js "$home/node/"
  if cmp -s "$here/node/package-lock.json" "$home/node/installed-lock.json"; then return; fi
  cp "$here"/node/package*.json "$home/node/"
  # Skips install scripts: the only one builds a native syslog client that is not used.
  (cd "$home/node" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2) || die 'npm ci failed. See the output above.'
  cp "$here/node/package-lock.json" "$home/node/installed-lock.json"
}

debian() { # command packages; does not start the service, since Prometheus would listen on every interface
  local remedy="On Debian: apt-get install --no-install-recommends ${*:2}" policy=/usr/sbin/policy-rc.d ours=
  if command -v "$1" >/dev/null; then return; fi
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then need "$1" "$remedy"; fi
  if [ ! -e "$policy" ]; then ours=1 && printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"; fi
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${@:2}"; } >&2 9>&-
  if [ "$ours" ]; then rm -f "$policy"; fi
  need "$1" "$remedy"
}

# --- probing

ask() { # port text; prints the first line of the response
  local line
  (exec 3<>"/dev/tcp/127.0.0.1/$1" && printf '%b' "$2" >&3 && read -r -t 2 line <&3 && printf '%s\n' "$line") 2>/dev/null
}

http_ok() { # port path
  [[ $(ask "$1" "GET $2 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n") == HTTP/*' 200 '* ]]
}

taken() { # tcp|udp port; reads the table of the kernel, because some servers would share a port silently
  local hex
  printf -v hex %04X "$2"
  grep -qsE ": [0-9A-F]+:$hex [0-9A-F]+:[0-9A-F]{4} 0[A7] " "/proc/net/$1" "/proc/net/${1}6"
}

# --- processes: $home/<name>.pid holds the id, <name>.run the start time in ticks and the address

ticks() { # pid; prints the start time since boot, or nothing for a terminated process
  local stat fields
  read -r stat 2>/dev/null <"/proc/$1/stat" || return
  read -ra fields <<<"${stat##*) }"
  if [[ ${fields[0]} != [ZX] ]]; then printf '%s' "${fields[19]}"; fi
}

# True while the process that was started is running. Sets pid and runs_at. Detects a reused process id.
running() {
  local started
  read -r pid 2>/dev/null <"$home/$name.pid" && read -r started runs_at 2>/dev/null <"$home/$name.run" || return
  [ "$(ticks "$pid")" = "$started" ]
}

spawn() { # command...; in a new session, so that it does not receive Ctrl-C
  if [ -f "$log" ]; then mv -f "$log" "$log.1"; fi
  cd "$home" || exit
  setsid "$@" >"$log" 2>&1 </dev/null 9>&- &
  printf '%s\n' $! >"$home/$name.pid"
  printf '%s %s\n' "$(ticks $!)" "$address" >"$home/$name.run"
}

forget() { rm -f "$home/$name.pid" "$home/$name.run"; }

# --- commands for one backend

launch() {
  local port protocol variable
  if running; then
    [ "$runs_at" = "$address" ] || die "is already running at $runs_at. Stop it before you start it at $address."
    return
  fi
  forget
  for port in "${ports[@]}"; do
    protocol=${port%:*} variable=${port#*:}
    [[ ${!variable} =~ ^[1-9][0-9]{0,4}$ ]] || die "$variable is \"${!variable}\", which is not a port number."
    if taken "$protocol" "${!variable}"; then
      die "$protocol port ${!variable} is in use by another process. Set $variable to another port."
    fi
  done
  fetch && run
}

await() {
  local deadline=$((SECONDS + start_seconds)) problem=
  until ready && running; do
    if ! running; then problem='terminated during startup'; break; fi
    if ((SECONDS >= deadline)); then problem="did not respond within $start_seconds s"; break; fi
    sleep 0.2
  done
  if [ -z "$problem" ]; then report; return; fi
  end >/dev/null
  tail -n 20 "$log" >&2
  die "$problem. The last lines of $log are printed above."
}

end() {
  local signal deadline
  if ! running; then
    forget
    report
    return
  fi
  for signal in TERM KILL; do
    kill -s "$signal" "$pid" 2>/dev/null
    deadline=$((SECONDS + stop_seconds))
    while running && ((SECONDS < deadline)); do sleep 0.1; done
    if ! running; then
      forget
      printf '%-10s  stopped (%s)\n' "$name" "$signal"
      return
    fi
  done
  die "process $pid is still running after SIGKILL."
}

report() {
  if running; then
    printf '%-10s  %s  pid %s  log %s\n' "$name" "$runs_at" "$pid" "$log"
  else
    printf '%-10s  not running\n' "$name"
  fi
}

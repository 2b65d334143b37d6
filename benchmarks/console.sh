#!/usr/bin/env bash
# Compares the throughput of the sample application with that while consoles are open, in alternating rounds of one process.
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() {
  cat <<'END_OF_USAGE'
usage: console.sh [options]

  --consoles N    open consoles; half of them show the live figures, half the requests (10)
  --rounds N      rounds, each with and without consoles (10)
  --seconds N     seconds of load in a round (8)
  --warmup N      seconds of load before, until the throughput no longer increases (120)
  --delay MS      pause of each of the 16 connections between requests; 0 for none (0)

Requires wrk and the application that the build has packaged (./mvnw -pl sample-app -am -DskipTests package).

Environment variables:
  JAVA_HOME       the JDK
  JAVA_FLAGS      JVM options of the application (-Xmx512m -XX:+UseG1GC)
  PORT            its port (18091)
END_OF_USAGE
}

consoles=10 rounds=10 seconds=8 warmup=120 delay=0
while [ $# -gt 0 ]; do
  case $1 in
    --consoles) consoles=$2; shift 2 ;;
    --rounds) rounds=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --warmup) warmup=$2; shift 2 ;;
    --delay) delay=$2; shift 2 ;;
    *) usage >&2; exit 2 ;;
  esac
done

java=${JAVA_HOME:+$JAVA_HOME/bin/}java port=${PORT:-18091}
jar=$(find "$repo/sample-app/target" -maxdepth 1 -name 'cairn-sample-app-*.jar' ! -name '*-sources.jar' ! -name '*-javadoc.jar' -print -quit)
[ -n "$jar" ] || { usage >&2; exit 2; }
command -v wrk >/dev/null || { usage >&2; exit 2; }
work=$(mktemp -d)
# shellcheck disable=SC2086
(cd "$work" && exec "$java" ${JAVA_FLAGS:--Xmx512m -XX:+UseG1GC} -jar "$jar" --server.address=127.0.0.1 \
  --server.port="$port" >app.log 2>&1) &
app=$!
trap 'kill $app 2>/dev/null || true; wait $app 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 240); do
  curl -sf "http://127.0.0.1:$port/actuator/health" >/dev/null && break
  kill -0 $app || { cat "$work/app.log"; exit 1; }
  sleep 0.5
done
"${java}c" -d "$work" "$repo/benchmarks/console/ConsoleReaders.java"
printf 'function delay() return %s end\n' "$delay" >"$work/delay.lua"

processor() { # ticks that the application has spent
  local stat fields
  read -r stat <"/proc/$app/stat"
  read -ra fields <<<"${stat##*) }"
  echo "$((fields[11] + fields[12]))"
}

load() { # seconds; requests a second, microseconds of processor time per request
  local before after
  before=$(processor)
  wrk -t1 -c16 -d"$1s" -s "$work/delay.lua" "http://127.0.0.1:$port/products/1" >"$work/wrk.txt"
  after=$(processor)
  if grep -E 'Socket errors|Non-2xx' "$work/wrk.txt" >&2; then exit 1; fi
  awk -v ticks="$((after - before))" -v hz="$(getconf CLK_TCK)" '/requests in/ { n = $1 } /Requests\/sec/ { rate = $2 }
    END { printf "%s\t%.2f\n", rate, ticks / hz * 1e6 / n }' "$work/wrk.txt"
}

measure() { # consoles; requests a second, microseconds of processor time per request
  local readers=
  if [ "$1" -gt 0 ]; then
    "$java" -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$work" ConsoleReaders \
      "http://127.0.0.1:$port/actuator/cairnconsole" "$1" $((seconds + 2)) >>"$work/readers.txt" &
    readers=$!
    sleep 1.5
  fi
  load "$seconds"
  if [ -n "$readers" ]; then wait "$readers"; fi
}

load "$warmup" >/dev/null
for ((round = 0; round < rounds; round++)); do
  if ((round % 2)); then
    with=$(measure "$consoles") without=$(measure 0)
  else
    without=$(measure 0) with=$(measure "$consoles")
  fi
  printf '%s\t%s\n' "$without" "$with" | tee -a "$work/rounds.tsv" >&2
done
tail -1 "$work/readers.txt"

median() { # an expression of the columns
  awk -F'\t' "{ print $1 }" "$work/rounds.tsv" | sort -n |
    awk '{ all[NR] = $1 } END { printf "%.3f", (all[int((NR + 1) / 2)] + all[int(NR / 2) + 1]) / 2 }'
}
# shellcheck disable=SC2016 # awk's columns
print_table() {
  printf '| %s consoles | without | with | median of the ratios |\n| --- | ---: | ---: | ---: |\n' "$consoles"
  printf '| requests/s | %.0f | %.0f | %s |\n' "$(median '$1')" "$(median '$3')" "$(median '$3 / $1')"
  printf '| CPU of the application, µs per request | %.1f | %.1f | %s |\n' "$(median '$2')" "$(median '$4')" "$(median '$4 / $2')"
}
print_table

#!/usr/bin/env bash
# Measures how many messages a second the collector accepts, and whether its accounts add up afterwards.
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jar=${COLLECTOR_JAR:-$repo/extensions/collector-server/target/cairn-collector.jar}

usage() {
  cat <<'END_OF_USAGE'
usage: collector.sh [options]

  --rate N        messages a second; 0 for as many as possible (50000)
  --batch N       messages in a request; 1 for single posts (100)
  --seconds N     seconds of load, after 5 seconds to warm up (60)
  --threads N     requests at the same time (8)
  --durable       wait for the disk

Environment variables:
  JAVA_HOME       the JDK
  COLLECTOR_JAR   the collector; by default, the one of the build (./mvnw -pl extensions/collector-server -am package)
  PORT            its port (18090)
END_OF_USAGE
}

rate=50000 batch=100 seconds=60 threads=8 durability=memory
while [ $# -gt 0 ]; do
  case $1 in
    --rate) rate=$2; shift 2 ;;
    --batch) batch=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --threads) threads=$2; shift 2 ;;
    --durable) durability=disk; shift ;;
    *) usage; exit 1 ;;
  esac
done

port=${PORT:-18090}
work=$(mktemp -d)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
# shellcheck disable=SC2086
if [ -n "${COLLECTOR_CP:-}" ]; then start="-cp $COLLECTOR_CP dev.cairn.collector.server.CollectorServer"; else start="-jar $jar"; fi
# The file rolls over and keeps the last 640 MB
# shellcheck disable=SC2086
(cd "$work" && exec "$java" -Xmx512m $start --server.port="$port" --server.address=127.0.0.1 \
  --cairn.collector.durability=$durability --management.endpoints.web.exposure.include=cairn >collector.log 2>&1) &
collector=$!
trap 'kill $collector 2>/dev/null || true; wait $collector 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 240); do
  curl -sf "http://127.0.0.1:$port/actuator/cairn" >/dev/null && break
  kill -0 $collector || { cat "$work/collector.log"; exit 1; }
  sleep 0.5
done

load() { "$java" "$repo/benchmarks/collector/CollectorLoad.java" "http://127.0.0.1:$port/cairn/events" "$threads" "$batch" "$rate" "$1"; }
echo "warm-up:  $(load 5)"
echo "measured: $(load "$seconds")"
sleep 2
curl -s "http://127.0.0.1:$port/actuator/cairn" | python3 -c '
import json, sys
channels = json.load(sys.stdin)["channels"]
for name in ("collector", "file"):
    c = channels[name]
    out = c["sampled_out"] + c["filtered"] + c["delivered"] + c["held"] + sum(c["dropped"].values())
    print("%-10s offered %d, delivered %d, held %d, dropped %s: %s" % (name, c["offered"], c["delivered"], c["held"],
        c["dropped"], "adds up" if out == c["offered"] else "DOES NOT ADD UP"))
'

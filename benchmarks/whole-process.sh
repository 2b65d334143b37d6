#!/usr/bin/env bash
# Compares whole processes under load: the same small service without telemetry, with telemetry wired by hand, and with
# Cairn. RESULTS.md in this directory describes the measurement.
# shellcheck disable=SC1091,SC2016,SC2154,SC2317
set -u
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$bench/.." && pwd)
here=$repo/src/backends
name=whole-process
. "$here/lib.sh"

usage() {
  cat <<'END_OF_USAGE'
usage: whole-process.sh [options]

  --rounds N        number of measured rounds (5)
  --seconds N       seconds of load per round and variant (10)
  --warmup N        minimum seconds of load per variant before the first round (20); the warm-up continues until
                    the throughput no longer increases, for at most two minutes
  --starts N        number of measured starts per variant (3; 0 for none)
  --connections N   number of connections of wrk, from one thread (16)
  --delay MS        delay between two requests of a connection, to pace the rounds (0)
  --no-kafka        do not publish messages; all other features are unchanged
  --no-build        use the applications that the last run has built
  --jfr N           after the rounds, record N seconds under load per variant with the flight recorder

Environment variables:
  JAVA_HOME         the JDK
  JAVA_FLAGS        JVM options of all variants (-Xmx512m -XX:+UseG1GC)
  CAIRN_ARGS        additional arguments of the variant with Cairn, such as --cairn.requests.enabled=false
  BASE_PORT         the first of six TCP and two UDP ports (21080)
  KAFKA_PORT        the port of the broker (19092)
  MAVEN_ARGS        arguments of Maven; use -o to build offline

The script uses the broker of src/backends. It starts the broker if necessary, and stops it at the end.
END_OF_USAGE
}

rounds=5 seconds=10 warmup=20 starts=3 connections=16 delay=0 kafka=1 build=1 jfr=0
variants=(bare by-hand cairn)
declare -A main=([bare]=bare.BareApplication [by-hand]=byhand.ByHandApplication [cairn]=cairn.CairnApplication)
: "${JAVA_FLAGS:=-Xmx512m -XX:+UseG1GC}" "${CAIRN_ARGS:=}" "${BASE_PORT:=21080}"
settle=2 # seconds after each load that are measured as well, for deferred work

while (($#)); do
  case $1 in
    --rounds | --seconds | --warmup | --starts | --connections | --delay | --jfr)
      [[ ${2-} =~ ^[0-9]+$ ]] || { printf '%s requires a number.\n\n' "$1" >&2; usage >&2; exit 2; }
      printf -v "${1#--}" %d "$2"
      shift 2 ;;
    --no-kafka) kafka=0; shift ;;
    --no-build) build=0; shift ;;
    -h | --help) usage; exit ;;
    *) printf 'Unknown option "%s".\n\n' "$1" >&2; usage >&2; exit 2 ;;
  esac
done
if ((rounds < 1 || seconds < 1 || connections < 1)); then
  die 'rounds, seconds and connections must be at least 1.'
fi

declare -A port=([bare]=$BASE_PORT [by-hand]=$((BASE_PORT + 1)) [cairn]=$((BASE_PORT + 2)))
sinks_port=$((BASE_PORT + 3))
declare -A statsd=([bare]=0 [by-hand]=$((BASE_PORT + 4)) [cairn]=$((BASE_PORT + 5)))
declare -A project=([by-hand]=1 [cairn]=2) topic=() pid=()
for variant in "${variants[@]}"; do topic[$variant]=$name-$variant-$$; done
work=$bench/target/$name
table=$work/rounds.tsv
kafka_is_ours=0 sinks=

progress() { printf '== %s\n' "$*" >&2; }

# --- prerequisites

check() {
  local p
  need wrk 'On Debian: apt-get install --no-install-recommends wrk'
  need curl 'On Debian: apt-get install --no-install-recommends curl'
  need_java
  [ -r /proc/self/stat ] || die 'Linux is required, because processor times are read from /proc.'
  for p in "${port[@]}" "$sinks_port"; do
    if taken tcp "$p"; then die "tcp port $p is in use by another process. Set BASE_PORT to other ports."; fi
  done
  for p in "${statsd[by-hand]}" "${statsd[cairn]}"; do
    if taken udp "$p"; then die "udp port $p is in use by another process. Set BASE_PORT to other ports."; fi
  done
}

build() {
  local variant modules=()
  if ((build)); then
    progress 'Building'
    for variant in "${variants[@]}"; do modules+=("benchmarks/whole-process/$variant"); done
    (
      IFS=,
      cd "$repo" && ./mvnw -q -Pwhole-process -pl "${modules[*]}" -am -DskipTests package \
        dependency:build-classpath -Dmdep.outputFile=target/classpath -Dmdep.includeScope=runtime >&2
    ) || die 'The build failed. See the output of Maven above.'
  fi
  for variant in "${variants[@]}"; do
    [ -s "$bench/whole-process/$variant/target/classpath" ] || die "$variant is not built. Run the script without --no-build."
  done
}

# --- processes

start_app() { # variant; sets pid[variant]
  local variant=$1 home=$bench/whole-process/$1 args=()
  args=(--server.address=127.0.0.1 --server.port="${port[$variant]}" --shop.statsd="${statsd[$variant]}"
    --shop.sentry="$sinks_port" --shop.kafka="127.0.0.1:$KAFKA_PORT" --shop.topic="${topic[$variant]}")
  if ((kafka)); then args+=(--shop.events=true); else args+=(--shop.events=false --spring.profiles.active=without-kafka); fi
  # shellcheck disable=SC2206 # several words
  if [ "$variant" = cairn ]; then args+=($CAIRN_ARGS); fi
  # shellcheck disable=SC2086
  "$java" $JAVA_FLAGS -cp "$(echo "$home"/target/cairn-whole-process-*.jar):$(<"$home/target/classpath")" \
    "dev.cairn.wholeprocess.${main[$variant]}" "${args[@]}" >"$work/$variant.log" 2>&1 </dev/null &
  pid[$variant]=$!
}

alive() { [ -n "$(ticks "$1")" ]; } # pid

failed_app() { # variant reason
  tail -n 20 "$work/$1.log" >&2
  die "$1 $2. The last lines of $work/$1.log are printed above."
}

await_app() { # variant; does not start processes, which would compete with the start for the processor
  local deadline=$((SECONDS + start_seconds)) line
  while true; do
    if { exec 3<>"/dev/tcp/127.0.0.1/${port[$1]}"; } 2>/dev/null; then
      printf 'GET /ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3
      line=
      read -r -t 30 line <&3
      exec 3>&-
      if [[ $line == HTTP/*' 200'* ]]; then return; fi
      failed_app "$1" "responded with \"${line%$'\r'}\" instead of 200"
    fi
    alive "${pid[$1]}" || failed_app "$1" 'terminated during startup'
    ((SECONDS < deadline)) || failed_app "$1" "did not respond within $start_seconds s"
    read -r -t 0.02 <>"$work/pause" # sleeps
  done
}

end_process() { # pid
  local deadline=$((SECONDS + stop_seconds))
  kill "$1" 2>/dev/null
  while alive "$1" && ((SECONDS < deadline)); do sleep 0.1; done
  if alive "$1"; then kill -KILL "$1" 2>/dev/null; fi
  wait "$1" 2>/dev/null
}

start_sinks() {
  "$java" -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "$bench/whole-process/Sinks.java" "$sinks_port" \
    "${statsd[by-hand]}" "${statsd[cairn]}" >"$work/sinks.log" 2>&1 </dev/null &
  sinks=$!
  local deadline=$((SECONDS + start_seconds))
  until http_ok "$sinks_port" /sentry/1; do
    if ! alive "$sinks" || ((SECONDS >= deadline)); then
      tail -n 20 "$work/sinks.log" >&2
      die "The sinks do not respond. The last lines of $work/sinks.log are printed above."
    fi
    sleep 0.2
  done
}

start_kafka() {
  if [[ $("$here/backends.sh" status kafka) == *'not running'* ]]; then kafka_is_ours=1; fi
  "$here/backends.sh" start kafka >&2 || die 'The broker could not be started. See the output above, or use --no-kafka.'
}

# Prints the number of records in all partitions of a topic
records() { # topic
  kafka_tool GetOffsetShell --topic "$1" | awk -F: '{ sum += $3 } END { print sum + 0 }'
}

kafka_tool() {
  "$java" -Xmx128m -XX:TieredStopAtLevel=1 -cp "$home/kafka/lib/*" "org.apache.kafka.tools.$1" \
    --bootstrap-server "127.0.0.1:$KAFKA_PORT" "${@:2}" 2>>"$work/kafka-tool.log"
}

clean_up() {
  local variant
  trap - EXIT INT TERM
  for variant in "${!pid[@]}"; do end_process "${pid[$variant]}"; done
  if [ -n "$sinks" ]; then end_process "$sinks"; fi
  if ((kafka)) && [ -f "$home/kafka.pid" ]; then
    kafka_tool TopicCommand --delete --if-exists --topic "$name-.*-$$" >/dev/null
    if ((kafka_is_ours)); then "$here/backends.sh" stop kafka >&2; fi
  fi
}

# --- measuring

get() { # url; the body
  curl -sS --max-time 20 "$1" || die "GET $1 failed."
}

state() { get "http://127.0.0.1:${port[$1]}/state"; } # variant; bytes allocated, greetings

processor() { # pid; ticks spent, in user and system mode
  local stat fields
  read -r stat <"/proc/$1/stat" || die "process $1 has terminated."
  read -ra fields <<<"${stat##*) }"
  printf '%s' "$((fields[11] + fields[12]))"
}

load() { # variant seconds delay; requests, requests a second, p99 in ms
  local output=$work/wrk.txt script=()
  if (($3)); then
    printf 'function delay() return %s end\n' "$3" >"$work/delay.lua"
    script=(-s "$work/delay.lua")
  fi
  wrk -t1 -c"$connections" -d"$2s" --latency "${script[@]}" "http://127.0.0.1:${port[$1]}/hello" >"$output" ||
    die "wrk failed for $1. See $output."
  if grep -E 'Socket errors|Non-2xx' "$output" >&2; then failed_app "$1" 'did not respond to all requests'; fi
  awk '/requests in/ { requests = $1 } /Requests\/sec/ { rate = $2 }
    $1 == "99%" { p99 = $2 + 0; if ($2 ~ /us$/) p99 /= 1000; else if ($2 !~ /ms$/) p99 *= 1000 }
    END { if (!requests) exit 1; print requests, rate, p99 }' "$output" || die "wrk printed no figures for $1. See $output."
}

measure() { # variant round
  local before after cpu rate p99 loaded
  before=$(state "$1") || exit
  cpu=$(processor "${pid[$1]}") || exit
  loaded=$(load "$1" "$seconds" "$delay") || exit
  read -r _ rate p99 <<<"$loaded"
  sleep "$settle"
  cpu=$(($(processor "${pid[$1]}") - cpu))
  after=$(state "$1") || exit
  awk -v OFS='\t' -v variant="$1" -v round="$2" -v rate="$rate" -v p99="$p99" -v cpu="$cpu" -v hz="$(getconf CLK_TCK)" \
    -v before="$before" -v after="$after" 'BEGIN {
      split(before, b); split(after, a); n = a[2] - b[2]
      print round, variant, rate, cpu / hz * 1e6 / n, (a[1] - b[1]) / n, p99 }' >>"$table"
  tail -n 1 "$table" >&2
}

# Runs slices of load until two consecutive ones are at most 5 % faster than the best one before
warm_up() { # variant
  local slice=10 spent=0 best=0 idle=0 rate loaded
  while ((spent < warmup)) || ((idle < 2 && spent < 120)); do
    loaded=$(load "$1" "$slice" 0) || exit
    read -r _ rate _ <<<"$loaded"
    spent=$((spent + slice)) idle=$((idle + 1))
    if awk -v rate="$rate" -v best="$best" 'BEGIN { exit !(rate > best * 1.05) }'; then best=$rate idle=0; fi
  done
  sleep "$settle"
  progress "$1 is warmed up after $spent s, at $best requests/s"
}

thread_times() { # pid; name and ticks of each thread
  local task stat fields comm
  for task in "/proc/$1/task"/*; do
    read -r stat 2>/dev/null <"$task/stat" || continue
    comm=${stat#*(} comm=${comm%)*}
    read -ra fields <<<"${stat##*) }"
    printf '%s\t%s\t%s\n' "${task##*/}" "$comm" "$((fields[11] + fields[12]))"
  done
}

# Records the state before and after the rounds, to compare only the rounds
remember() { # before|after
  local variant
  for variant in "${variants[@]}"; do thread_times "${pid[$variant]}" >"$work/$variant.threads.$1"; done
  if ((kafka)); then
    printf 'by-hand\t%s\t%s\n' "$(state by-hand | cut -d' ' -f2)" "$(records "${topic[by-hand]}")" >>"$work/events.tsv"
    channel "$(get "http://127.0.0.1:${port[cairn]}/actuator/cairn")" kafka |
      awk -v OFS='\t' '{ print "cairn", $1 - $3, $2 }' >>"$work/events.tsv"
  fi
}

lost() { # variant; percentage of its messages in the rounds that did not arrive in Kafka
  awk -F'\t' -v variant="$1" '$1 == variant { if (++n == 1) { published = $2; arrived = $3 } else { published = $2 - published; arrived = $3 - arrived } }
    END { if (n < 2 || !published) print "-"; else printf "%.1f", (published - arrived) / published * 100 }' "$work/events.tsv"
}

print_threads() {
  local variant
  printf '\nProcessor time in the rounds by kind of thread, %%:\n\n'
  for variant in "${variants[@]}"; do
    awk -F'\t' -v variant="$variant" 'NR == FNR { before[$1] = $3; next }
      { name = $2; if (name ~ /^C[12] Comp/) name = "JIT"; sub(/[-# ]*[0-9].*$/, "", name); sub(/-+$/, "", name)
        spent = $3 - before[$1]; by[name] += spent; all += spent }
      END { for (name in by) if (by[name] * 200 > all) printf "%.1f %s\n", by[name] / all * 100, name }' \
      "$work/$variant.threads.before" "$work/$variant.threads.after" | sort -rn |
      awk -v variant="$variant" '{ share = $1; sub(/^[^ ]* /, ""); text = text (NR > 1 ? ", " : "") $0 " " share }
        END { printf "- `%s`: %s.\n", variant, text }'
  done
}

rotated() { # number; the variants in a rotating order
  local i
  for ((i = 0; i < ${#variants[@]}; i++)); do printf '%s\n' "${variants[($1 + i) % ${#variants[@]}]}"; done
}

# Does not affect later counts: uses other topics, and restarts the sinks
time_starts() {
  local i variant since
  local -A topic=([bare]=- [by-hand]=$name-starts-$$ [cairn]=$name-starts-$$)
  for ((i = 0; i < starts; i++)); do
    for variant in $(rotated "$i"); do
      since=${EPOCHREALTIME/./}
      start_app "$variant"
      await_app "$variant"
      printf '%s\t%s\t%s\n' "$i" "$variant" $(((${EPOCHREALTIME/./} - since) / 1000)) >>"$work/starts.tsv"
      tail -n 1 "$work/starts.tsv" >&2
      end_process "${pid[$variant]}"
      unset "pid[$variant]"
    done
  done
  end_process "$sinks"
  start_sinks
}

median() { sort -n | awk '{ v[NR] = $1 } END { if (NR) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

column() { awk -F'\t' -v variant="$2" -v column="$3" '$2 == variant { print $column }' "$1" | median; } # file variant column

ratio() { # file variant other column; the median of the ratios of each round
  awk -F'\t' -v a="$2" -v b="$3" -v column="$4" '$2 == a { x[$1] = $column } $2 == b { y[$1] = $column }
    END { for (round in x) print x[round] / y[round] }' "$1" | median
}

# --- results

print_table() {
  local variant pair rss start
  printf '\nMedians of %s rounds of %s s, %s connections%s, %s, %s; %s.\n\n' "$rounds" "$seconds" "$connections" \
    "$( ((delay)) && echo " with a delay of $delay ms between two requests")" "$JAVA_FLAGS" \
    "$("$java" -version 2>&1 | head -n 1)" "$( ((kafka)) && echo 'one message per order to Kafka' || echo 'without Kafka')"
  printf '| variant | requests/s | p99, ms | CPU, µs per request | garbage, B per request | RSS, MiB | start, ms | messages lost, %% |\n'
  printf '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n'
  for variant in "${variants[@]}"; do
    rss=$(awk '/^VmRSS/ { print $2 / 1024 }' "/proc/${pid[$variant]}/status")
    start=$(column "$work/starts.tsv" "$variant" 3)
    printf '| `%s` | %.0f | %.1f | %.1f | %.0f | %.0f | %s | %s |\n' "$variant" "$(column "$table" "$variant" 3)" \
      "$(column "$table" "$variant" 6)" "$(column "$table" "$variant" 4)" "$(column "$table" "$variant" 5)" "$rss" "${start:--}" \
      "$(lost "$variant")"
  done
  printf '\n| medians of the ratios in each round | requests/s | CPU per request | garbage per request | start, ms more |\n'
  printf '| --- | ---: | ---: | ---: | ---: |\n'
  for pair in cairn:by-hand cairn:bare by-hand:bare; do
    start=-
    if ((starts)); then
      start=$(awk -v a="$(column "$work/starts.tsv" "${pair%:*}" 3)" -v b="$(column "$work/starts.tsv" "${pair#*:}" 3)" \
        'BEGIN { printf "%+.0f", a - b }')
    fi
    printf '| `%s` / `%s` | %.2f | %.2f | %.2f | %s |\n' "${pair%:*}" "${pair#*:}" \
      "$(ratio "$table" "${pair%:*}" "${pair#*:}" 3)" "$(ratio "$table" "${pair%:*}" "${pair#*:}" 4)" \
      "$(ratio "$table" "${pair%:*}" "${pair#*:}" 5)" "$start"
  done
}

wrong=0
complain() { printf -- '- **ERROR: %s**\n' "$*"; wrong=1; }

channel() { # response of the endpoint, name of the channel; offered, delivered, held, dropped in total, reasons
  local part
  part=$(grep -o "\"$2\":{\"state\".*" <<<"$1") || { echo '0 0 0 0 none'; return; }
  [[ $part =~ \"offered\":([0-9]+).*$ ]]
  awk -v part="$part" 'function number(key) { match(part, "\"" key "\":[0-9]+"); return substr(part, RSTART + length(key) + 3, RLENGTH - length(key) - 3) }
    BEGIN {
      match(part, /"dropped":{[^}]*}/); reasons = substr(part, RSTART + 11, RLENGTH - 12)
      n = split(reasons, each, /[,:]/); for (i = 2; i <= n; i += 2) dropped += each[i]
      print number("offered"), number("delivered"), number("held"), dropped + 0, (reasons == "" ? "none" : reasons) }'
}

# Checks that all messages arrived or are counted; otherwise the variants have done different work
verify() {
  local variant greetings packets lines visits prices arrived envelopes ledger offered delivered held dropped reasons
  printf '\nReceived messages:\n\n'
  for variant in by-hand cairn; do
    curl -sS -o /dev/null --max-time 20 "http://127.0.0.1:${port[$variant]}/fault"
  done
  sleep 5 # for the last flush, and for the failure to reach Sentry
  for variant in by-hand cairn; do
    read -r _ greetings <<<"$(state "$variant")"
    read -r packets lines visits prices <<<"$(get "http://127.0.0.1:$sinks_port/statsd/${statsd[$variant]}")"
    printf -- '- `%s`: %s requests; StatsD %s packets, %s lines, counter %s, samples of the timer %s.\n' "$variant" \
      "$greetings" "$packets" "$lines" "$visits" "$prices"
    ((lines > 0 && visits > 0 && prices > 0)) || complain "$variant has sent no metrics to StatsD"
    envelopes=$(get "http://127.0.0.1:$sinks_port/sentry/${project[$variant]}")
    printf -- '- `%s`: %s envelopes at Sentry, after one fault.\n' "$variant" "$envelopes"
    ((envelopes > 0)) || complain "$variant has not sent the fault to Sentry"
    if ((kafka)); then
      arrived=$(records "${topic[$variant]}")
      printf -- '- `%s`: %s records in Kafka.\n' "$variant" "$arrived"
      if [ "$variant" = by-hand ] && ((arrived != greetings)); then complain 'by-hand has lost orders on the way to Kafka'; fi
    fi
  done
  ledger=$(get "http://127.0.0.1:${port[cairn]}/actuator/cairn")
  for channel in statsd kafka; do
    read -r offered delivered held dropped reasons <<<"$(channel "$ledger" $channel)"
    if [ $channel = kafka ] && ((!kafka)); then continue; fi
    printf -- '- `cairn`, channel `%s`: offered %s, delivered %s, held %s, dropped %s (%s).\n' $channel "$offered" \
      "$delivered" "$held" "$dropped" "$reasons"
    ((delivered > 0 && offered == delivered + held + dropped)) || complain "the sums of the channel $channel in the Ledger are wrong"
    if [ $channel = kafka ]; then
      ((offered >= greetings)) || complain 'not all orders were offered to cairn'
      ((arrived == delivered)) || complain "Kafka has $arrived records, but the Ledger has $delivered"
    fi
  done
  for variant in "${variants[@]}"; do
    lines=$(grep -cE ' (WARN|ERROR) ' "$work/$variant.log")
    printf -- '- `%s`: lines at WARN or ERROR in the log, including that of the fault: %s.\n' "$variant" "$lines"
  done
}

record() {
  local variant file
  for variant in "${variants[@]}"; do
    file=$work/$variant.jfr
    progress "Recording $variant"
    "${java%java}jcmd" "${pid[$variant]}" JFR.start name=load settings=profile >/dev/null || die 'jcmd failed.'
    load "$variant" "$jfr" "$delay" >/dev/null || exit
    "${java%java}jcmd" "${pid[$variant]}" JFR.stop name=load filename="$file" >/dev/null || die 'jcmd failed.'
    printf 'jfr print --events jdk.ExecutionSample %s\n' "$file"
  done
}

# ---

check
mkdir -p "$work"
rm -f "$work"/*.tsv "$work"/*.log "$work/pause"
mkfifo "$work/pause"
build
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
if ((kafka)); then start_kafka; fi
start_sinks
touch "$table" "$work/starts.tsv" "$work/events.tsv"
if ((starts)); then
  progress 'Measuring the starts'
  time_starts
fi
for variant in "${variants[@]}"; do
  start_app "$variant"
  await_app "$variant"
done
for variant in "${variants[@]}"; do
  if ((warmup)); then warm_up "$variant"; fi
done
progress 'round variant requests/s µs B p99'
# A changed load is compiled again, so the first round is not measured
for variant in "${variants[@]}"; do
  load "$variant" "$seconds" "$delay" >/dev/null || exit
  sleep "$settle"
done
remember before
for ((round = 0; round < rounds; round++)); do
  for variant in $(rotated "$round"); do measure "$variant" "$round"; done
done
remember after
print_table
print_threads
verify
if ((jfr)); then record; fi
exit $wrong

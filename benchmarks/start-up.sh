#!/usr/bin/env bash
# Compares the start of the same small web application without Cairn and with Cairn, with nothing configured. RESULTS.md in
# this directory describes the measurement.
# shellcheck disable=SC1091,SC2034,SC2154
set -u
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$bench/.." && pwd)
here=$repo/src/backends
name=start-up
. "$here/lib.sh"

usage() {
  cat <<'END_OF_USAGE'
usage: start-up.sh [options]

  --pairs N     number of measured starts of each variant, in turn (11)
  --no-build    use the classes that the last run has compiled

Environment variables:
  JAVA_HOME     the JDK
  JAVA_FLAGS    JVM options of all variants (-Xmx512m)
  CAIRN_ARGS    additional arguments of the variant with Cairn, such as --cairn.points.enabled=false
  MAVEN_ARGS    arguments of Maven; use -o to build offline

The variants are

  bare          Spring Boot's starter for Spring MVC only
  libraries     with the libraries that Cairn's starter brings, such as Actuator and Kafka's client, and without Cairn
  cairn         with Cairn's starter
END_OF_USAGE
}

pairs=11 build=1
variants=(bare libraries cairn)
: "${JAVA_FLAGS:=-Xmx512m}" "${CAIRN_ARGS:=}"
while (($#)); do
  case $1 in
    --pairs)
      [[ ${2-} =~ ^[1-9][0-9]*$ ]] || { usage >&2; exit 2; }
      pairs=$2
      shift 2 ;;
    --no-build) build=0; shift ;;
    -h | --help) usage; exit ;;
    *) printf 'Unknown option "%s".\n\n' "$1" >&2; usage >&2; exit 2 ;;
  esac
done

need_java
[ -r /proc/self/stat ] || die 'Linux is required, because processor times are read from /proc.'
work=$bench/target/$name
mkdir -p "$work"
rm -f "$work"/*.tsv "$work"/*.classes "$work/output"
mkfifo "$work/output"

if ((build)); then
  (cd "$repo" && ./mvnw -q -Pwhole-process -pl benchmarks/whole-process/bare,starter -am -DskipTests package \
    dependency:build-classpath -Dmdep.outputFile=target/classpath -Dmdep.includeScope=runtime >&2) ||
    die 'The build failed. See the output of Maven above.'
fi
bare=$repo/benchmarks/whole-process/bare
[ -s "$bare/target/classpath" ] && [ -s "$repo/starter/target/classpath" ] || die 'Run the script without --no-build.'

entries() { tr ':' '\n' <"$1" | grep -v "^$repo/"; } # class path; the libraries only
joined() { awk '!seen[$0]++' | paste -sd:; }
app=$bare/target/classes:$repo/benchmarks/whole-process/shop/target/classes
declare -A class_path
class_path[bare]=$app:$({ entries "$bare/target/classpath"; } | joined)
class_path[libraries]=$app:$({ entries "$bare/target/classpath"; entries "$repo/starter/target/classpath"; } | joined)
class_path[cairn]=$repo/autoconfigure/target/classes:$repo/core/target/classes:${class_path[libraries]}

# Starts a variant, and calls a function with its id when it has started
start() { # variant function flags...
  local variant=$1 call=$2 line started='' args=()
  shift 2
  # shellcheck disable=SC2206 # several words
  if [ "$variant" = cairn ]; then args=($CAIRN_ARGS); fi
  # shellcheck disable=SC2086
  (cd "$work" && exec "$java" $JAVA_FLAGS "$@" -cp "${class_path[$variant]}" dev.cairn.wholeprocess.bare.BareApplication \
    --server.address=127.0.0.1 --server.port=0 "${args[@]}") >"$work/output" 2>&1 </dev/null &
  local pid=$!
  : >"$work/$variant.log"
  # Reading blocks, so that waiting takes no processor time
  while read -r line; do
    printf '%s\n' "$line" >>"$work/$variant.log"
    if [[ $line == *'Started BareApplication in'* ]]; then
      started=1
      "$call" "$variant" "$pid"
      kill "$pid"
    fi
  done <"$work/output"
  wait "$pid"
  if [ -z "$started" ]; then
    tail -n 20 "$work/$variant.log" >&2
    die "$variant did not start. The last lines of $work/$variant.log are printed above."
  fi
}

figures() { # variant pid; milliseconds of processor time, in user and system mode, and MiB of resident memory
  local stat fields memory
  read -r stat <"/proc/$2/stat"
  read -ra fields <<<"${stat##*) }"
  memory=$(awk '/^VmRSS/ { print $2 / 1024 }' "/proc/$2/status")
  printf '%s\t%s\t%s\n' "$1" "$(((fields[11] + fields[12]) * 1000 / $(getconf CLK_TCK)))" "$memory" | tee -a "$work/starts.tsv" >&2
}

no_figures() { :; }

median() { # variant column
  awk -F'\t' -v variant="$1" -v column="$2" '$1 == variant { print $column }' "$work/starts.tsv" | sort -n |
    awk '{ all[NR] = $1 } END { printf "%.0f", (all[int((NR + 1) / 2)] + all[int(NR / 2) + 1]) / 2 }'
}

# The median of the differences to the start of another variant in the same round
more() { # variant other column
  awk -F'\t' -v variant="$1" -v other="$2" -v column="$3" '$1 == other { before[++n] = $column }
    $1 == variant { after[++m] = $column }
    END { for (i = 1; i <= m; i++) print after[i] - before[i] }' "$work/starts.tsv" | sort -n |
    awk '{ all[NR] = $1 } END { printf "%.0f", (all[int((NR + 1) / 2)] + all[int(NR / 2) + 1]) / 2 }'
}

for variant in "${variants[@]}"; do start "$variant" no_figures; done # into the page cache
for ((pair = 0; pair < pairs; pair++)); do
  for ((i = 0; i < ${#variants[@]}; i++)); do start "${variants[(pair + i) % ${#variants[@]}]}" figures; done
done
for variant in "${variants[@]}"; do
  start "$variant" no_figures "-Xlog:class+load:file=$work/$variant.loaded:none"
  sed -n 's/ source: .*//p' "$work/$variant.loaded" >"$work/$variant.classes"
done

printf '| variant | processor time, ms | classes | memory, MiB |\n| --- | ---: | ---: | ---: |\n'
for variant in "${variants[@]}"; do
  printf '| `%s` | %s | %s | %s |\n' "$variant" "$(median "$variant" 2)" "$(wc -l <"$work/$variant.classes")" \
    "$(median "$variant" 3)"
done
printf '| `cairn` over `libraries`, median of %s pairs | %s | %s | %s |\n' "$pairs" "$(more cairn libraries 2)" \
  "$(($(wc -l <"$work/cairn.classes") - $(wc -l <"$work/libraries.classes")))" "$(more cairn libraries 3)"
printf '\nClasses that only `cairn` loads, by package:\n\n'
sed 's/[$\/].*//' "$work/cairn.classes" | sort >"$work/cairn.sorted"
sed 's/[$\/].*//' "$work/libraries.classes" | sort | comm -13 - "$work/cairn.sorted" |
  awk -F. '{ print $1 "." $2 (NF > 3 ? "." $3 : "") }' | sort | uniq -c | sort -rn | head -n 20
printf '\nOf Sentry, Kafka and tracing:\n\n'
for package in io.sentry org.apache.kafka org.springframework.kafka io.opentelemetry brave io.micrometer.tracing; do
  printf -- '- `%s`: %s, without Cairn %s\n' "$package" "$(grep -c "^$package\." "$work/cairn.classes")" \
    "$(grep -c "^$package\." "$work/libraries.classes")"
done

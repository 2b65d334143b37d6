# Shared by .ci/run and .ci/long. Sourced, not run.
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# "clean" does not delete the downloaded servers
export CAIRN_BACKENDS_HOME="${CAIRN_BACKENDS_HOME:-$PWD/.backends}"

# Tests fail instead of being skipped if their server is missing
export CI=true

headline() { printf '\n=== %s  (%s)\n' "$*" "$(date -u +%H:%M:%S)"; }

need_node() {
	command -v node >/dev/null && command -v npm >/dev/null && return
	headline "Installing Node.js"
	if ! command -v apt-get >/dev/null; then
		echo "Install Node.js 20 or later with npm, and run this script again." >&2
		exit 1
	fi
	apt-get update -qq
	apt-get install -y -qq --no-install-recommends nodejs npm
}

# java_home 25: prints the home of an installed JDK 25, from JAVA_HOME_25_X64, JAVA_HOME or /usr/lib/jvm
java_home() {
	local version=$1 variable="JAVA_HOME_$1_X64" home
	for home in "${!variable:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*; do
		if [ -x "$home/bin/javac" ] && "$home/bin/javac" -version 2>&1 | grep -q "^javac $version\b"; then
			echo "$home"
			return
		fi
	done
	echo "JDK $version was not found. Install it, or set $variable." >&2
	return 1
}

# maven 17 verify: runs Maven with JDK 17
maven() {
	local jdk=$1
	shift
	headline "JDK $jdk, ./mvnw $*"
	JAVA_HOME="$(java_home "$jdk")" ./mvnw -B -ntp "$@"
}

prepare() {
	need_node
	headline "carbon, Graphite, Prometheus, Redis, Chromium, and the languages of the clients"
	src/backends/backends.sh install carbon graphite prometheus redis chromium clients
	java_home 17 >/dev/null
	java_home 25 >/dev/null
}

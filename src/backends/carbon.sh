# Graphite's Carbon, the destination of StatsD with STATSD_GRAPHITE=1. One Whisper file per series, with one point per
# second for one hour.
address=127.0.0.1:$CARBON_PORT
ports=(tcp:CARBON_PORT tcp:CARBON_QUERY_PORT)
data=$home/data/carbon

fetch() { debian carbon-cache graphite-carbon; }

run() {
  mkdir -p "$data/conf" "$data/storage"
  settings >"$data/conf/carbon.conf"
  printf '[default]\npattern = .*\nretentions = 1s:1h\n' >"$data/conf/storage-schemas.conf"
  rm -f "$data/cache.pid" # left by a process that was killed
  spawn carbon-cache --config="$data/conf/carbon.conf" --pidfile="$data/cache.pid" --nodaemon start
}

ready() { taken tcp "$CARBON_QUERY_PORT" && taken tcp "$CARBON_PORT"; }

settings() {
  cat <<END
[cache]
STORAGE_DIR = $data/storage
CONF_DIR = $data/conf
LOG_DIR = $home/logs
PID_DIR = $data
LOCAL_DATA_DIR = $data/storage/whisper
LINE_RECEIVER_INTERFACE = 127.0.0.1
LINE_RECEIVER_PORT = $CARBON_PORT
PICKLE_RECEIVER_PORT = 0
CACHE_QUERY_INTERFACE = 127.0.0.1
CACHE_QUERY_PORT = $CARBON_QUERY_PORT
MAX_CREATES_PER_MINUTE = inf
USER =
END
}

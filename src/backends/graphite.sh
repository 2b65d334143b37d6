# Graphite's web application, which renders the series of Carbon as JSON. It is served by Python, without a database.
address=127.0.0.1:$GRAPHITE_PORT
ports=(tcp:GRAPHITE_PORT)
data=$home/data/graphite

fetch() { debian graphite-manage graphite-web; }

run() {
  mkdir -p "$data/log" "$home/data/carbon/storage/whisper"
  settings >"$data/cairn_graphite.py"
  server >"$data/serve.py"
  GRAPHITE_SETTINGS_MODULE=cairn_graphite PYTHONPATH=$data spawn /usr/bin/python3 "$data/serve.py"
}

ready() { http_ok "$GRAPHITE_PORT" '/render?target=constantLine(1)&format=json'; }

settings() {
  cat <<END
SECRET_KEY = 'only on this machine'
STORAGE_DIR = '$data'
CONF_DIR = '$data'
LOG_DIR = '$data/log'
WHISPER_DIR = '$home/data/carbon/storage/whisper'
STANDARD_DIRS = [WHISPER_DIR]
CARBONLINK_HOSTS = []
# Files appear while it runs
FIND_CACHE_DURATION = 0
DEFAULT_CACHE_DURATION = 0
END
}

server() {
  cat <<END
from wsgiref.simple_server import make_server
from graphite.wsgi import application
make_server('127.0.0.1', $GRAPHITE_PORT, application).serve_forever()
END
}

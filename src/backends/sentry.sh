# Sentry's Spotlight: takes what a Sentry SDK sends and shows it. Keeps the last 500 envelopes, in memory.
address=127.0.0.1:$SENTRY_PORT
ports=(tcp:SENTRY_PORT)

fetch() { node_modules; }

run() { spawn node "$home/node/server.mjs" "$SENTRY_PORT"; }

ready() { http_ok "$SENTRY_PORT" /health; }

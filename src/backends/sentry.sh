# Sentry's Spotlight, which receives and shows the envelopes of Sentry SDKs. Keeps the last 500 in memory.
address=127.0.0.1:$SENTRY_PORT
ports=(tcp:SENTRY_PORT)

fetch() { node_modules; }

run() { spawn node "$home/node/server.mjs" "$SENTRY_PORT"; }

ready() { http_ok "$SENTRY_PORT" /health; }

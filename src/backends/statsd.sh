# Etsy's StatsD, which receives by UDP and by TCP on the same port. Its log contains every flush. With STATSD_GRAPHITE=1, each flush is also sent to carbon.
address=127.0.0.1:$STATSD_PORT
ports=(udp:STATSD_PORT tcp:STATSD_PORT tcp:STATSD_MGMT_PORT)

fetch() { node_modules; }

run() {
  settings >"$home/node/statsd.conf.js"
  spawn node --no-deprecation --require "$home/node/util-log.cjs" \
    "$home/node/node_modules/statsd/stats.js" "$home/node/statsd.conf.js"
}

ready() { [[ $(ask "$STATSD_MGMT_PORT" 'health\n') == 'health: up' ]]; }

settings() {
  local backends='"./backends/console"' idle=false
  # Carbon keeps one value per second: a late flush must not overwrite the previous one with zeros.
  if [ "$STATSD_GRAPHITE" = 1 ]; then backends+=', "./backends/graphite"' idle=true; fi
  cat <<END
{
  servers: [
    { server: "./servers/udp", address: "127.0.0.1", port: $STATSD_PORT },
    { server: "./servers/tcp", address: "127.0.0.1", port: $STATSD_PORT }
  ],
  mgmt_address: "127.0.0.1", mgmt_port: $STATSD_MGMT_PORT,
  flushInterval: $STATSD_FLUSH_MS, deleteIdleStats: $idle, percentThreshold: [50, 90, 95, 99],
  backends: [$backends],
  graphiteHost: "127.0.0.1", graphitePort: $CARBON_PORT, graphite: { legacyNamespace: false }
}
END
}

# Prometheus, which scrapes the comma-separated applications of PROMETHEUS_TARGET every second, and evaluates the rules of
# the file PROMETHEUS_RULES, if it is set.
address=127.0.0.1:$PROMETHEUS_PORT
ports=(tcp:PROMETHEUS_PORT)
data=$home/data/prometheus

fetch() { debian prometheus prometheus; }

run() {
  mkdir -p "$data"
  settings >"$data/prometheus.yml"
  spawn prometheus --config.file="$data/prometheus.yml" --storage.tsdb.path="$data/tsdb" --web.listen-address="$address"
}

ready() { http_ok "$PROMETHEUS_PORT" /-/ready; }

settings() {
  cat <<END
global:
  scrape_interval: 1s
  scrape_timeout: 1s
  evaluation_interval: 1s
${PROMETHEUS_RULES:+rule_files: ["$PROMETHEUS_RULES"]}
scrape_configs:
  - job_name: cairn
    metrics_path: /actuator/prometheus
    static_configs:
      - targets: ["${PROMETHEUS_TARGET//,/\", \"}"]
END
}

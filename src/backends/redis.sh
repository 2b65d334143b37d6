# Redis, without snapshots and without a log of its writes.
address=127.0.0.1:$REDIS_PORT
ports=(tcp:REDIS_PORT)
data=$home/data/redis

fetch() { debian redis-server redis-server; }

run() {
  mkdir -p "$data"
  spawn redis-server --bind 127.0.0.1 --port "$REDIS_PORT" --save '' --appendonly no --dir "$data"
}

ready() { [[ $(ask "$REDIS_PORT" 'PING\r\n') == +PONG* ]]; }

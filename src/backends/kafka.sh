# A single broker and controller (KRaft). Keeps its data when stopped.
address=127.0.0.1:$KAFKA_PORT
ports=(tcp:KAFKA_PORT tcp:KAFKA_CONTROLLER_PORT)
data=$home/data/kafka

fetch() {
  need_java
  if cmp -s "$here/kafka/pom.xml" "$home/kafka/pom.xml"; then return; fi
  rm -rf "$home/kafka"
  maven copy-dependencies -f "$here/kafka/pom.xml" -DincludeScope=runtime -DoutputDirectory="$home/kafka/lib"
  cp "$here/kafka/pom.xml" "$home/kafka/"
}

run() {
  local properties=$home/kafka/server.properties output
  settings >"$properties"
  if [ ! -f "$data/meta.properties" ]; then
    output=$(storage_tool format -c "$properties" -t "$(storage_tool random-uuid 2>/dev/null | tail -n 1)" 2>&1) ||
      die "Failed to format $data: $output"
  fi
  spawn "$java" -Xms"$KAFKA_HEAP" -Xmx"$KAFKA_HEAP" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -Dorg.slf4j.simpleLogger.logFile=System.out -cp "$home/kafka/lib/*" kafka.Kafka "$properties"
}

ready() { grep -qs 'Kafka Server started' "$log"; }

storage_tool() { "$java" -cp "$home/kafka/lib/*" kafka.tools.StorageTool "$@"; }

# With the two broker.* lines, a killed broker can restart within seconds, because its old registration expires sooner.
settings() {
  cat <<END
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$KAFKA_CONTROLLER_PORT
listeners=PLAINTEXT://$address,CONTROLLER://127.0.0.1:$KAFKA_CONTROLLER_PORT
advertised.listeners=PLAINTEXT://$address
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs=$data
num.partitions=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
END
}

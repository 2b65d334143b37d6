# Zipkin with its web page. Keeps traces in memory only.
address=127.0.0.1:$ZIPKIN_PORT
ports=(tcp:ZIPKIN_PORT)
version=3.6.1
jar=$home/zipkin/zipkin-server-$version-exec.jar

fetch() {
  need_java
  if [ -f "$jar" ]; then return; fi
  rm -rf "$home/zipkin.part"
  # From a directory without a pom.xml, so that Maven does not load the build of the project.
  (cd "$home" && maven copy -Dartifact="io.zipkin:zipkin-server:$version:jar:exec" -DoutputDirectory="$home/zipkin.part") || exit
  rm -rf "$home/zipkin"
  mv "$home/zipkin.part" "$home/zipkin"
}

# With the JDK's resolver, Zipkin does not open further sockets. Netty's resolver would use a UDP port on every interface.
run() {
  spawn "$java" -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dcom.linecorp.armeria.useJdkDnsResolver=true \
    -jar "$jar" \
    "--armeria.ports[0].ip=127.0.0.1" "--armeria.ports[0].port=$ZIPKIN_PORT" "--armeria.ports[0].protocols[0]=http"
}

ready() { http_ok "$ZIPKIN_PORT" /health; }

package dev.cairn.spring.kafka;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import dev.cairn.testing.Ports;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;

import static org.awaitility.Awaitility.await;

/**
 * A broker in a process of its own, with a listener for each security protocol, and one
 * that advertises an address without a listener. The user is {@code shop}, the password
 * {@code secret}.
 */
final class SecuredBroker implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final Map<String, Integer> ports = Map.of("PLAIN", Ports.free(), "SASL", Ports.free(), "TLS", Ports.free(),
			"AWAY", Ports.free(), "CLOSED", Ports.free(), "CONTROLLER", Ports.free());

	private final Process process;

	SecuredBroker(Path directory) throws Exception {
		Path keys = directory.resolve("broker.p12");
		run(directory, "keytool", "-genkeypair", "-alias", "broker", "-keyalg", "RSA", "-keystore", keys.toString(),
				"-storetype", "PKCS12", "-storepass", "changeit", "-dname", "CN=localhost", "-ext", "san=ip:127.0.0.1")
			.waitFor();
		Path settings = directory.resolve("broker.properties");
		String data = Files.createDirectory(directory.resolve("data")).toString();
		String plain = "org.apache.kafka.common.security.plain.PlainLoginModule required user_shop=\"secret\";";
		String scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
		Files.write(settings, List.of("process.roles=broker,controller", "node.id=1",
				"controller.quorum.voters=1@" + address("CONTROLLER"),
				"listeners=" + String.join(",", listener("PLAIN"), listener("SASL"), listener("TLS"), listener("AWAY"),
						listener("CONTROLLER")),
				"advertised.listeners=" + String.join(",", listener("PLAIN"), listener("SASL"), listener("TLS"),
						"AWAY://" + address("CLOSED")),
				"listener.security.protocol.map=PLAIN:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SSL,AWAY:PLAINTEXT,"
						+ "CONTROLLER:PLAINTEXT",
				"controller.listener.names=CONTROLLER", "inter.broker.listener.name=PLAIN", "log.dirs=" + data,
				"listener.name.sasl.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256",
				"listener.name.sasl.plain.sasl.jaas.config=" + plain,
				"listener.name.sasl.scram-sha-256.sasl.jaas.config=" + scram,
				"listener.name.tls.ssl.keystore.location=" + keys, "listener.name.tls.ssl.keystore.type=PKCS12",
				"listener.name.tls.ssl.keystore.password=changeit", "listener.name.tls.ssl.key.password=changeit",
				"offsets.topic.replication.factor=1", "auto.create.topics.enable=false", "num.network.threads=1",
				"num.io.threads=2", "log.cleaner.enable=false"));
		new Formatter().setNodeId(1)
			.setClusterId(Uuid.randomUuid().toString())
			.addDirectory(data)
			.setMetadataLogDirectory(data)
			.setControllerListenerName("CONTROLLER")
			.setScramArguments(List.of("SCRAM-SHA-256=[name=shop,password=secret]"))
			.setPrintStream(new PrintStream(PrintStream.nullOutputStream()))
			.run();
		this.process = run(directory, "java", "-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
				System.getProperty("java.class.path"), "kafka.Kafka", settings.toString());
		Runtime.getRuntime().addShutdownHook(new Thread(this.process::destroyForcibly));
		await().atMost(PATIENCE).until(this::hasTopic);
	}

	private static Process run(Path directory, String... command) throws Exception {
		command[0] = Path.of(System.getProperty("java.home"), "bin", command[0]).toString();
		return new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(directory.resolve("broker.log").toFile())
			.start();
	}

	private boolean hasTopic() throws Exception {
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", address("PLAIN"), "default.api.timeout.ms", 10_000,
				"request.timeout.ms", 3000))) {
			admin.createTopics(List.of(new NewTopic("cairn-events", 1, (short) 1))).all().get();
			return true;
		}
		catch (ExecutionException ex) {
			return false;
		}
	}

	private String listener(String name) {
		return name + "://" + address(name);
	}

	String address(String listener) {
		return "127.0.0.1:" + this.ports.get(listener);
	}

	@Override
	public void close() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
	}

}

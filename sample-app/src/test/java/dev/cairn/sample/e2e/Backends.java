package dev.cairn.sample.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import org.springframework.util.FileSystemUtils;

import static org.awaitility.Awaitility.await;

/**
 * The real servers, as {@code src/backends/backends.sh} fetches and starts them, with a
 * place and ports of their own. Downloads stay for the next run, their data does not.
 */
final class Backends implements AutoCloseable {

	private static final String HOME = "CAIRN_BACKENDS_HOME";

	/** All ports are below those that the system gives to whoever connects. */
	private static final int PORT_RANGE = 3000;

	/** The first start fetches some 200 MB. */
	private static final Duration PATIENCE = Duration.ofMinutes(10);

	private final Path script;

	private final Path home;

	private final Map<String, String> environment;

	private final int kafkaPort = freePort(20_000);

	private final int statsdPort = freePort(26_000);

	private final int statsdAdminPort = freePort(29_000);

	private final int carbonPort = freePort(14_000);

	private final int prometheusPort = freePort(11_000);

	private final int redisPort = freePort(8_000);

	private final int zipkinPort = freePort(5_000);

	private final int graphitePort = freePort(2_000);

	private final Thread stopOnExit = new Thread(() -> run("stop"));

	/**
	 * Prepare a place beside the servers that may have been started by others.
	 * @param repository the root of the project
	 */
	Backends(Path repository) throws IOException {
		this.script = repository.resolve("src/backends/backends.sh");
		String shared = System.getenv().getOrDefault(HOME, repository.resolve(".backends").toString());
		this.home = Path.of(shared).toAbsolutePath().resolve("e2e");
		this.environment = new HashMap<>(Map.of(HOME, this.home.toString(), "JAVA_HOME",
				System.getProperty("java.home"), "KAFKA_PORT", text(this.kafkaPort), "KAFKA_CONTROLLER_PORT",
				text(freePort(23_000)), "STATSD_PORT", text(this.statsdPort), "STATSD_MGMT_PORT",
				text(this.statsdAdminPort), "STATSD_FLUSH_MS", "3600000", "CARBON_PORT", text(this.carbonPort),
				"CARBON_QUERY_PORT", text(freePort(17_000)), "PROMETHEUS_PORT", text(this.prometheusPort)));
		this.environment.putAll(Map.of("REDIS_PORT", text(this.redisPort), "ZIPKIN_PORT", text(this.zipkinPort),
				"GRAPHITE_PORT", text(this.graphitePort)));
		Files.createDirectories(this.home);
		// A run that was killed leaves them behind
		run("stop");
		FileSystemUtils.deleteRecursively(this.home.resolve("data"));
		Runtime.getRuntime().addShutdownHook(this.stopOnExit);
	}

	/**
	 * Set a variable that the servers are started with.
	 * @param variable its name
	 * @param value its value
	 * @return this
	 */
	Backends with(String variable, String value) {
		this.environment.put(variable, value);
		return this;
	}

	void start(String... names) {
		run("start", names);
	}

	/**
	 * End a server as {@code kill -9} does.
	 * @param name the name of the server
	 * @param port where it listens
	 */
	void kill(String name, int port) throws IOException {
		long pid = Long.parseLong(Files.readString(this.home.resolve(name + ".pid")).trim());
		ProcessHandle.of(pid).orElseThrow().destroyForcibly();
		await().atMost(Duration.ofSeconds(30)).until(() -> !listens(port));
	}

	int kafkaPort() {
		return this.kafkaPort;
	}

	int statsdPort() {
		return this.statsdPort;
	}

	int statsdAdminPort() {
		return this.statsdAdminPort;
	}

	int carbonPort() {
		return this.carbonPort;
	}

	int graphitePort() {
		return this.graphitePort;
	}

	int prometheusPort() {
		return this.prometheusPort;
	}

	int redisPort() {
		return this.redisPort;
	}

	int zipkinPort() {
		return this.zipkinPort;
	}

	/**
	 * Return where a server keeps its data.
	 * @param name the name of the server
	 * @return the folder
	 */
	Path data(String name) {
		return this.home.resolve("data").resolve(name);
	}

	@Override
	public void close() {
		run("stop");
		Runtime.getRuntime().removeShutdownHook(this.stopOnExit);
	}

	private void run(String verb, String... names) {
		List<String> command = new ArrayList<>(List.of("bash", this.script.toString(), verb));
		command.addAll(List.of(names));
		Path output = this.home.resolve(verb + ".log");
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
		builder.environment().putAll(this.environment);
		try {
			Process process = builder.start();
			boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			if (!ended) {
				process.destroyForcibly();
			}
			if (!ended || process.exitValue() != 0) {
				throw new IllegalStateException(String.join(" ", command) + ": " + Files.readString(output));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static boolean listens(int port) {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	static int freePort(int from) {
		int port;
		do {
			port = ThreadLocalRandom.current().nextInt(from, from + PORT_RANGE);
		}
		while (!isFree(port));
		return port;
	}

	private static boolean isFree(int port) {
		InetAddress loopback = InetAddress.getLoopbackAddress();
		try (ServerSocket tcp = new ServerSocket(port, 1, loopback);
				DatagramSocket udp = new DatagramSocket(port, loopback)) {
			return tcp.isBound() && udp.isBound();
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static String text(int number) {
		return String.valueOf(number);
	}

}

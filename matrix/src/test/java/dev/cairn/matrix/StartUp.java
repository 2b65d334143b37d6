package dev.cairn.matrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.cairn.matrix.app.WarApplication;
import dev.cairn.matrix.app.WarServer;
import dev.cairn.matrix.plain.PlainApplication;
import dev.cairn.matrix.plain.PlainListenerApplication;
import dev.cairn.testing.KafkaServer;
import dev.cairn.testing.SentryServer;
import dev.cairn.testing.UdpServer;

import org.springframework.util.FileSystemUtils;

/**
 * Compares the start of an application of each kind with and without the starter, in
 * pairs. Kafka, Sentry and StatsD are configured and run. Not a test.
 */
public final class StartUp {

	private static final Pattern STARTED = Pattern.compile("Started \\w+ in .*process running for ([\\d.]+)");

	private static final Pattern MEMORY = Pattern.compile("VmRSS:\\s+(\\d+) kB");

	private StartUp() {
	}

	/**
	 * Print a table for the results of the benchmarks.
	 * @param arguments the number of pairs for each kind
	 */
	public static void main(String[] arguments) throws Exception {
		int pairs = Integer.parseInt(arguments[0]);
		System.out.println("| application | start, ms | with Cairn | more | memory, MiB | with Cairn | more |");
		try (SentryServer sentry = SentryServer.started(); UdpServer statsd = UdpServer.started()) {
			KafkaServer kafka = KafkaServer.get();
			Map<String, String> properties = Map.of("spring.application.name", "shop", "server.port", "0",
					"spring.kafka.bootstrap-servers", kafka.bootstrapServers(), "cairn.kafka.topic", kafka.newTopic(),
					"orders.topic", kafka.newTopic(), "sentry.dsn", sentry.dsn(),
					"management.statsd.metrics.export.host", "127.0.0.1", "management.statsd.metrics.export.port",
					String.valueOf(statsd.port()));
			// Without code, an application in Kotlin is the one in Java
			for (Kind kind : EnumSet.complementOf(EnumSet.of(Kind.KOTLIN))) {
				System.out.println(row(kind, pairs, properties));
			}
		}
		System.exit(0);
	}

	private static String row(Kind kind, int pairs, Map<String, String> properties) throws Exception {
		Path directory = Files.createTempDirectory("start-up");
		if (kind == Kind.WAR) {
			WarServer.unpack(directory);
		}
		String with = classPath(kind, directory.resolve("with"), Library.classPathWithCairn(kind.libraries()));
		String without = classPath(kind, directory.resolve("without"), Library.classPath(kind.libraries()));
		List<Start> bare = new ArrayList<>();
		List<Start> measured = new ArrayList<>();
		for (int pair = 0; pair < pairs; pair++) {
			bare.add(start(kind, directory, without, properties));
			measured.add(start(kind, directory, with, properties));
		}
		FileSystemUtils.deleteRecursively(directory);
		Start before = median(bare);
		Start after = median(measured);
		return "| %s | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f |".formatted(kind.title(), before.millis(),
				after.millis(), after.millis() - before.millis(), before.megabytes(), after.megabytes(),
				after.megabytes() - before.megabytes());
	}

	private static String classPath(Kind kind, Path directory, String libraries) throws Exception {
		return (kind == Kind.AHEAD_OF_TIME)
				? AheadOfTime.process(Files.createDirectory(directory), libraries, PlainApplication.class.getName())
				: libraries;
	}

	private static Class<?> main(Kind kind) {
		return switch (kind) {
			case LISTENER -> PlainListenerApplication.class;
			case WAR -> WarServer.class;
			default -> PlainApplication.class;
		};
	}

	private static Start start(Kind kind, Path directory, String classPath, Map<String, String> properties)
			throws IOException, InterruptedException {
		Map<String, String> all = new HashMap<>(properties);
		all.put("spring.aot.enabled", String.valueOf(kind == Kind.AHEAD_OF_TIME));
		all.put("spring.main.keep-alive", "true");
		all.put(WarApplication.SOURCE, PlainApplication.class.getName());
		try (Application application = Application.start(directory, classPath, all, main(kind).getName(),
				directory.toString())) {
			application.awaitLog(STARTED);
			Matcher started = STARTED.matcher(application.log());
			Matcher memory = MEMORY
				.matcher(Files.readString(Path.of("/proc", String.valueOf(application.pid()), "status")));
			if (!started.find() || !memory.find()) {
				throw new IllegalStateException(application.log());
			}
			application.terminate();
			application.awaitExit();
			return new Start(Double.parseDouble(started.group(1)) * 1000, Integer.parseInt(memory.group(1)) / 1024.0);
		}
	}

	private static Start median(List<Start> starts) {
		int middle = starts.size() / 2;
		return new Start(starts.stream().map(Start::millis).sorted().toList().get(middle),
				starts.stream().map(Start::megabytes).sorted().toList().get(middle));
	}

	/**
	 * One start.
	 *
	 * @param millis from the launch of the process to the end of the start
	 * @param megabytes the resident memory after it
	 */
	private record Start(double millis, double megabytes) {
	}

}

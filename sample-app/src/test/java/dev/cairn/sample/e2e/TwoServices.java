package dev.cairn.sample.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import dev.cairn.testing.SentryServer;
import tools.jackson.databind.JsonNode;

/**
 * The shop and its warehouse, each in a process of its own. Their log is JSON.
 *
 * @param shop the shop
 * @param warehouse the warehouse
 */
record TwoServices(AppProcess shop, AppProcess warehouse) implements AutoCloseable {

	private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(30);

	/**
	 * Start both services, and wait until they serve.
	 * @param directory the directory of their logs
	 * @param backends Kafka, Redis and Zipkin
	 * @param sentry the server for their failures
	 * @param properties further properties of both
	 * @param starter starts the application
	 * @return the services
	 */
	static TwoServices start(Path directory, Backends backends, SentryServer sentry, List<String> properties,
			Starter starter) throws IOException {
		int port = Backends.freePort(2_000);
		List<String> common = new ArrayList<>(properties);
		common.addAll(
				List.of("server.address=127.0.0.1", "spring.kafka.bootstrap-servers=127.0.0.1:" + backends.kafkaPort(),
						"spring.data.redis.port=" + backends.redisPort(), "sentry.dsn=" + sentry.dsn(),
						"management.tracing.export.zipkin.endpoint=http://127.0.0.1:%d/api/v2/spans"
							.formatted(backends.zipkinPort()),
						"logging.structured.format.console=logstash"));
		CompletableFuture<AppProcess> warehouse = CompletableFuture
			.supplyAsync(() -> start(starter, directory.resolve("warehouse"), common,
					"spring.profiles.active=warehouse,zipkin,sentry", "server.port=" + port));
		AppProcess shop = start(starter, directory.resolve("shop"), common,
				"spring.profiles.active=shipping,zipkin,sentry", "server.port=0",
				"shop.warehouse=http://127.0.0.1:" + port);
		return new TwoServices(shop, warehouse.join());
	}

	private static AppProcess start(Starter starter, Path directory, List<String> common, String... properties) {
		try {
			return starter.start(Files.createDirectories(directory),
					Stream.concat(common.stream(), Stream.of(properties)).toList());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the lines of the application's own loggers.
	 * @return the lines of both services, those of the shop first
	 */
	List<JsonNode> lines() {
		return Stream.of(this.shop, this.warehouse)
			.flatMap((app) -> app.log().lines())
			.filter((line) -> line.startsWith("{"))
			.map(Json::tree)
			.filter((line) -> line.path("logger_name").asString().matches("dev\\.cairn\\.sample\\.\\w+\\.\\w+"))
			.toList();
	}

	/**
	 * Stop both, so that the shop leaves its group of consumers.
	 */
	@Override
	public void close() throws InterruptedException {
		for (AppProcess app : List.of(this.shop, this.warehouse)) {
			app.terminate(SHUTDOWN_TIMEOUT);
			app.close();
		}
	}

	/**
	 * Starts the application.
	 */
	@FunctionalInterface
	interface Starter {

		AppProcess start(Path directory, List<String> properties) throws IOException;

	}

}

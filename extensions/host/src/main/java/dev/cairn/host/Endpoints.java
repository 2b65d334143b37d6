package dev.cairn.host;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import dev.cairn.file.PipeFolder;
import dev.cairn.file.PipeFolder.Lines;
import dev.cairn.host.Producer.Source;
import dev.cairn.host.Producer.State;
import dev.cairn.metrics.Distribution;
import org.jspecify.annotations.Nullable;

/**
 * Reads the endpoints {@code cairnmetrics} of the services of a host, which files named
 * {@code <pid>.port} lead to. The values have the names that they have in a pipe.
 */
final class Endpoints {

	private static final String FILE = ".port";

	private static final String MANAGEMENT = "-management";

	private static final int NANOS_DIGITS = 6;

	private static final Map<String, String> LABELS = Map.of("rate", "rate", "mean", "mean", "p50", "median", "p95",
			"95th", "p99", "99th", "max", "100th");

	private final Path directory;

	private final String path;

	private final @Nullable String authorization;

	private final Duration timeout;

	private final HttpClient client;

	Endpoints(Path directory, String path, @Nullable String authorization, Duration timeout) {
		this.directory = directory;
		this.path = path;
		this.authorization = authorization;
		this.timeout = timeout;
		this.client = HttpClient.newBuilder().connectTimeout(timeout).build();
	}

	List<Producer> read() {
		List<CompletableFuture<Producer>> producers = new ArrayList<>();
		List<Path> entries = entries();
		for (Path file : entries) {
			String name = file.getFileName().toString().replaceFirst("\\.port$", "");
			// A service with a management port has its endpoints there
			if (file.toString().endsWith(FILE) && !entries.contains(file.resolveSibling(name + MANAGEMENT + FILE))) {
				producers.add(read(name.replaceFirst(MANAGEMENT + "$", ""), file));
			}
		}
		return producers.stream().map(CompletableFuture::join).toList();
	}

	private List<Path> entries() {
		try {
			return new PipeFolder(this.directory).entries();
		}
		catch (IOException ex) {
			return List.of();
		}
	}

	private CompletableFuture<Producer> read(String name, Path file) {
		try {
			if (PipeFolder.deleteIfStale(file)) {
				return CompletableFuture
					.completedFuture(Producer.without(name, Source.ENDPOINT, State.ENDED, "its process has ended"));
			}
			int port = Integer.parseInt(Files.readString(file).strip());
			HttpRequest.Builder request = HttpRequest
				.newBuilder(URI.create("http://127.0.0.1:" + port + this.path + "/cairnmetrics?window=5m&buckets=true"))
				.timeout(this.timeout);
			if (this.authorization != null) {
				request.header("Authorization", this.authorization);
			}
			return this.client.sendAsync(request.build(), BodyHandlers.ofByteArray())
				.thenApply((response) -> producer(name, response))
				.exceptionally((failure) -> Producer.without(name, Source.ENDPOINT, State.FAILED, failure.toString()));
		}
		catch (IOException | RuntimeException ex) {
			return CompletableFuture
				.completedFuture(Producer.without(name, Source.ENDPOINT, State.FAILED, ex.toString()));
		}
	}

	private static Producer producer(String name, HttpResponse<byte[]> response) {
		if (response.statusCode() != 200) {
			return Producer.without(name, Source.ENDPOINT, State.FAILED,
					"its endpoint answers " + response.statusCode());
		}
		Map<String, Double> stats = new LinkedHashMap<>();
		if (Json.read(response.body()) instanceof Map<?, ?> answer && answer.get("meters") instanceof List<?> meters) {
			meters.forEach((meter) -> add((Map<?, ?>) meter, stats));
		}
		return new Producer(name, Source.ENDPOINT, State.OK, "", stats);
	}

	private static void add(Map<?, ?> meter, Map<String, Double> stats) {
		StringBuilder flat = new StringBuilder(String.valueOf(meter.get("name")));
		if (meter.get("tags") instanceof Map<?, ?> tags) {
			tags.forEach((key, value) -> flat.append('.').append(key).append('.').append(value));
		}
		String name = flat.toString();
		boolean counter = "counter".equals(meter.get("type"));
		put(stats, counter ? name : Lines.labelled(name, "count"), meter.get("total"));
		LABELS.forEach((key, label) -> put(stats, Lines.labelled(name, label), meter.get(key)));
		if (!counter && meter.get("buckets") instanceof Map<?, ?> buckets
				&& buckets.get("counts") instanceof Map<?, ?> counts) {
			int digits = "timer".equals(meter.get("type")) ? NANOS_DIGITS : 0;
			counts.forEach((bucket, count) -> put(stats,
					Lines.labelled(name,
							Lines.bucket(Distribution.upperBound(Integer.parseInt(String.valueOf(bucket))), digits)),
					count));
		}
	}

	private static void put(Map<String, Double> stats, String name, @Nullable Object value) {
		if (value instanceof Double number) {
			stats.put(name, number);
		}
	}

}

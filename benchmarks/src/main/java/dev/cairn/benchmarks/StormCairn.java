package dev.cairn.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.Ledger;
import dev.cairn.Message.Limits;
import dev.cairn.Origin;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.Destination;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.engine.CairnBuilder;
import dev.cairn.file.Destinations;
import dev.cairn.incident.Incidents;
import dev.cairn.redaction.Redactor;
import dev.cairn.sentry.SentryDestination;
import io.sentry.Sentry;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Cairn as it comes, with its defaults, a sink to Sentry and one to files.
 */
final class StormCairn implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final long FILE_SIZE = 100L * 1024 * 1024;

	private static final int FILES = 20;

	private final JsonMapper json = JsonMapper.builder().build();

	private final Accounts ledger = new Accounts();

	private final Path folder;

	private final Cairn cairn;

	StormCairn() throws IOException {
		this.folder = Files.createTempDirectory("cairn-storm");
		this.cairn = new CairnBuilder(new Origin("shop", "benchmark", "1.0.0", "localhost", 1)).ledger(this.ledger)
			.incidents(new Incidents(Incidents.Options.DEFAULT, ApplicationFrames.DEFAULT))
			.sink(new AsyncSink(this.ledger.channel("sentry"),
					new SentryDestination(Sentry::getCurrentScopes, () -> null), DeliveryOptions.DEFAULT))
			.sink(new AsyncSink(this.ledger.channel("file"), file(), DeliveryOptions.DEFAULT))
			.build();
	}

	private Destination file() {
		return Destinations.files(this.folder, MessageEncoder.cairn(Redactor.DEFAULT), Limits.DEFAULT.maxBytes(),
				FILE_SIZE, FILES);
	}

	@Nullable String capture(Exception failure) {
		return this.cairn.capture(failure);
	}

	boolean flush() {
		return this.cairn.flush(PATIENCE);
	}

	/**
	 * Say what does not add up, after a {@link #flush()}.
	 * @param failures how many there were
	 * @param received what Sentry has got
	 * @return faults; none when all is well
	 */
	List<String> faults(long failures, SentryReceiver.Received received) {
		List<String> faults = new ArrayList<>();
		Ledger.Incidents.Balance incidents = this.ledger.incidents().balance();
		check(faults, "failures", failures, incidents.failures());
		check(faults, "failures by outcome", failures, incidents.sampledOut() + incidents.grouped()
				+ incidents.recovered() + incidents.sent() + incidents.refused() + incidents.held());
		check(faults, "failures by type", failures,
				incidents.types().values().stream().mapToLong(Long::longValue).sum());
		check(faults, "held after the flush", 0, incidents.held());
		for (Map.Entry<String, Ledger.Balance> entry : this.ledger.balances().entrySet()) {
			Ledger.Balance channel = entry.getValue();
			check(faults, entry.getKey() + " by outcome", channel.offered(), channel.sampledOut() + channel.filtered()
					+ channel.delivered() + channel.held() + channel.droppedTotal());
			check(faults, entry.getKey() + " offered", incidents.sent() + incidents.refused(), channel.offered());
			check(faults, entry.getKey() + " held after the flush", 0, channel.held());
		}
		check(faults, "events at Sentry", this.ledger.channel("sentry").balance().delivered(), received.events());
		check(faults, "sum of count at Sentry", failures, received.stoodFor());
		check(faults, "sum of count in the files", failures, countInFiles());
		check(faults, "requests that Sentry could not read", 0, received.unread());
		return faults;
	}

	private static void check(List<String> faults, String what, long expected, long actual) {
		if (expected != actual) {
			faults.add(what + ": " + actual + " instead of " + expected);
		}
	}

	/** Return the sum of what the lines stand for. */
	private long countInFiles() {
		long sum = 0;
		for (Path file : files()) {
			try (Stream<String> lines = Files.lines(file)) {
				sum += lines.map(this.json::readTree)
					.map((line) -> line.path("fields").path("count"))
					.mapToLong(JsonNode::asLong)
					.sum();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return sum;
	}

	private List<Path> files() {
		try (Stream<Path> files = Files.list(this.folder)) {
			return files.filter((file) -> file.toString().endsWith(".jsonl")).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Return the accounts, for people. */
	String accounts() {
		Ledger.Incidents.Balance incidents = this.ledger.incidents().balance();
		StringBuilder text = new StringBuilder();
		text.append(
				"incidents: failures %d = sampled out %d + grouped %d + recovered %d + sent %d + refused %d + held %d%n"
					.formatted(incidents.failures(), incidents.sampledOut(), incidents.grouped(), incidents.recovered(),
							incidents.sent(), incidents.refused(), incidents.held()));
		this.ledger.balances()
			.forEach((name, channel) -> text
				.append("%s: offered %d = sampled out %d + filtered %d + delivered %d + held %d + dropped %s%n"
					.formatted(name, channel.offered(), channel.sampledOut(), channel.filtered(), channel.delivered(),
							channel.held(), channel.dropped())));
		return text.toString();
	}

	@Override
	public void close() {
		this.cairn.close();
		try (Stream<Path> files = Files.walk(this.folder)) {
			for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
				Files.delete(file);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}

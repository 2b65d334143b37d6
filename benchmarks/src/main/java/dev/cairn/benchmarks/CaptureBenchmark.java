package dev.cairn.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.cairn.Cairn;
import dev.cairn.Ledger;
import dev.cairn.Message;
import dev.cairn.Origin;
import dev.cairn.incident.IncidentOptions;
import dev.cairn.incident.Incidents;
import dev.cairn.sink.AsyncSink;
import dev.cairn.sink.BatchSender;
import dev.cairn.sink.Delivery;
import dev.cairn.sink.DeliveryOptions;
import dev.cairn.sink.sentry.SentrySender;
import io.sentry.Sentry;
import io.sentry.protocol.SentryId;
import io.sentry.transport.NoOpTransport;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs the caller to report a failure with 40 frames. Every call reports a new
 * one, as both sides recognize what they have seen; {@link #makeException} is what all
 * figures here contain. Neither side has a network.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init")
public class CaptureBenchmark {

	private static final int FRAMES = 40;

	private Cairn cairn;

	private int depth;

	/**
	 * Start both. Cairn's sender takes along the scopes of Sentry as the real one does,
	 * and then delivers to nobody.
	 */
	@Setup
	public void start() {
		Sentry.init((options) -> {
			options.setDsn("https://key@127.0.0.1/1");
			options.setTransportFactory((ignored, details) -> NoOpTransport.getInstance());
		});
		Ledger ledger = new Ledger();
		this.cairn = Cairn.builder(new Origin("shop", "benchmark", "1.0.0", "localhost", 1))
			.ledger(ledger)
			.incidents(new Incidents(ledger.incidents(), IncidentOptions.DEFAULT))
			.sink(AsyncSink.ofMessages(ledger.channel("sentry"), new SnapshotSender(), DeliveryOptions.DEFAULT))
			.closeTimeout(Duration.ofSeconds(2))
			.build();
		this.depth = FRAMES - new IllegalStateException().getStackTrace().length;
	}

	/**
	 * Only make an exception.
	 * @return the exception
	 */
	@Benchmark
	public Exception makeException() {
		return fail(this.depth);
	}

	/**
	 * Report a new exception to Cairn.
	 * @return the id
	 */
	@Benchmark
	public @Nullable String cairn() {
		return this.cairn.capture(fail(this.depth));
	}

	/**
	 * Report a new exception to Sentry.
	 * @return the id
	 */
	@Benchmark
	public SentryId sentry() {
		return Sentry.captureException(fail(this.depth));
	}

	private static Exception fail(int frames) {
		return (frames > 0) ? fail(frames - 1) : new IllegalStateException("the warehouse does not answer");
	}

	/**
	 * Stop both.
	 */
	@TearDown
	public void stop() {
		System.out.println(this.cairn.ledger().balances());
		this.cairn.close();
		Sentry.close();
	}

	private static final class SnapshotSender implements BatchSender<Message> {

		private final SentrySender sentry = new SentrySender(Sentry::getCurrentScopes);

		@Override
		public @Nullable Object snapshot(Message message) {
			return this.sentry.snapshot(message);
		}

		@Override
		public void send(List<Delivery<Message>> batch) {
		}

	}

}

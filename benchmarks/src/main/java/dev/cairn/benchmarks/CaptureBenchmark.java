package dev.cairn.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.Origin;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.Delivery;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.Destination;
import dev.cairn.engine.CairnBuilder;
import dev.cairn.incident.Incidents;
import dev.cairn.sentry.SentryDestination;
import io.sentry.Sentry;
import io.sentry.protocol.SentryId;
import io.sentry.transport.NoOpTransport;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost for the caller of reporting a failure with some 60 frames. Every call reports
 * a new one, as both sides recognize what they have seen; {@link #makeException} is what
 * all figures here contain. Neither side has a network. For one and two threads run it
 * with {@code -t 1} and {@code -t 2}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init")
public class CaptureBenchmark {

	private final Failures failures = new Failures();

	private Cairn eachSent;

	private Cairn grouping;

	private Cairn afterItsInterval;

	private Exception reported;

	/**
	 * Start both. Cairn's sender takes along the scopes of Sentry as the real one does,
	 * and then does not deliver.
	 */
	@Setup
	public void start() {
		Sentry.init((options) -> {
			options.setDsn("https://key@127.0.0.1/1");
			options.setTransportFactory((ignored, details) -> NoOpTransport.getInstance());
			SentryDestination.prepare(options);
		});
		this.eachSent = cairn(new Incidents.Options(0, Duration.ZERO));
		this.grouping = cairn(Incidents.Options.DEFAULT);
		this.afterItsInterval = cairn(new Incidents.Options(10, Duration.ofNanos(1)));
		this.reported = this.failures.make(0);
		this.eachSent.capture(this.reported);
	}

	private static Cairn cairn(Incidents.Options options) {
		Accounts ledger = new Accounts();
		return new CairnBuilder(new Origin("shop", "benchmark", "1.0.0", "localhost", 1)).ledger(ledger)
			.incidents(new Incidents(options, ApplicationFrames.DEFAULT))
			.sink(new AsyncSink(ledger.channel("sentry"), new ContextSender(), DeliveryOptions.DEFAULT))
			.closeTimeout(() -> Duration.ofSeconds(2))
			.build();
	}

	/**
	 * Only make an exception.
	 * @return the exception
	 */
	@Benchmark
	public Exception makeException() {
		return this.failures.make(0);
	}

	/**
	 * Report a new exception to Cairn, which sends it and groups nothing.
	 * @return the id
	 */
	@Benchmark
	public @Nullable String cairnEachSent() {
		return this.eachSent.capture(this.failures.make(0));
	}

	/**
	 * A rare failure, with the defaults but for an interval that is always over: report a
	 * new exception to Cairn, which sends it.
	 * @param pause before it
	 * @return the id
	 */
	@Benchmark
	public @Nullable String isolatedCairn(Pause pause) {
		return this.afterItsInterval.capture(this.failures.make(0));
	}

	/**
	 * The baseline of what comes seldom.
	 * @param pause before it
	 * @return an exception
	 */
	@Benchmark
	public Exception isolatedMakeException(Pause pause) {
		return this.failures.make(0);
	}

	/**
	 * A rare failure: reports a new exception to Sentry.
	 * @param pause before it
	 * @return the id
	 */
	@Benchmark
	public SentryId isolatedSentry(Pause pause) {
		return Sentry.captureException(this.failures.make(0));
	}

	/**
	 * A storm: report a new exception to Cairn, for which a message stands that waits.
	 * @return the id
	 */
	@Benchmark
	public @Nullable String cairnInStorm() {
		return this.grouping.capture(this.failures.make(0));
	}

	/**
	 * Reports a known exception to Cairn, wrapped once more.
	 * @return the id
	 */
	@Benchmark
	public @Nullable String cairnRepeated() {
		return this.eachSent.capture(this.failures.make(0).initCause(this.reported));
	}

	/**
	 * Report a new exception to Sentry.
	 * @return the id
	 */
	@Benchmark
	public SentryId sentry() {
		return Sentry.captureException(this.failures.make(0));
	}

	/**
	 * Stop both.
	 */
	@TearDown
	public void stop() {
		for (Cairn cairn : List.of(this.eachSent, this.grouping, this.afterItsInterval)) {
			cairn.flush(Duration.ofSeconds(2));
			System.out.println(cairn.ledger().incidents().balance() + " " + cairn.ledger().balances());
			cairn.close();
		}
		Sentry.close();
	}

	/**
	 * A failure that is none of many: the threads behind have nothing to do when it
	 * comes.
	 */
	@State(Scope.Thread)
	public static class Pause {

		private static final long NANOS = TimeUnit.MICROSECONDS.toNanos(200);

		/**
		 * Wait. It is not measured; the two calls of the clock that are count for all
		 * alike.
		 */
		@Setup(Level.Invocation)
		public void pause() {
			LockSupport.parkNanos(NANOS);
		}

	}

	private static final class ContextSender implements Destination {

		private final SentryDestination sentry = new SentryDestination(Sentry::getCurrentScopes, () -> null);

		@Override
		public @Nullable Object context(Message message) {
			return this.sentry.context(message);
		}

		@Override
		public void submit(List<Delivery> batch) {
		}

	}

}

package dev.cairn.benchmarks;

import java.util.concurrent.TimeUnit;

import dev.cairn.Cairn;
import dev.cairn.Event;
import dev.cairn.Origin;
import dev.cairn.delivery.Accounts;
import dev.cairn.engine.CairnBuilder;
import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The steps of publishing without any queue: to collect and copy the fields, to redact
 * them, and what is left of it when a message is sampled out or Cairn is off.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init")
public class MessageBenchmark {

	private static final Origin ORIGIN = new Origin("shop", "benchmark", "1.0.0", "localhost", 1);

	/** How many fields the message has; every tenth is a secret. */
	@Param({ "0", "5", "20" })
	public int fields;

	private String[] keys;

	private Object[] values;

	private Cairn redacting;

	private Cairn open;

	private Cairn sampledOut;

	private Cairn noop;

	/**
	 * Make the fields, and a Cairn of each kind.
	 */
	@Setup
	public void prepare() {
		this.keys = new String[this.fields];
		this.values = new Object[this.fields];
		for (int i = 0; i < this.fields; i++) {
			this.keys[i] = (i % 10 == 3) ? "session_token_" + i : "some_field_" + i;
			this.values[i] = value(i);
		}
		this.redacting = new CairnBuilder(ORIGIN).sink(sink()).build();
		this.open = new CairnBuilder(ORIGIN).sink(sink()).redactor(Redactor.NONE).build();
		this.sampledOut = new CairnBuilder(ORIGIN).sink(sink()).sampler((candidate) -> 0).build();
		this.noop = Cairn.noop();
	}

	private static Object value(int number) {
		return switch (number % 4) {
			case 0 -> "some text " + number;
			case 1 -> 1_000_000L + number;
			case 2 -> number / 3.0;
			default -> number % 2 == 0;
		};
	}

	private static InstantSink sink() {
		return new InstantSink(new Accounts().channel("instant"));
	}

	/**
	 * Publish without redaction.
	 * @return the id
	 */
	@Benchmark
	public @Nullable String publishUnredacted() {
		return publish(this.open);
	}

	/**
	 * Publish with the default redaction.
	 * @return the id
	 */
	@Benchmark
	public @Nullable String publishRedacted() {
		return publish(this.redacting);
	}

	/**
	 * Publish what the sampler does not keep.
	 * @return no id
	 */
	@Benchmark
	public @Nullable String sampledOut() {
		return publish(this.sampledOut);
	}

	/**
	 * Publish while Cairn is off.
	 * @return no id
	 */
	@Benchmark
	public @Nullable String noop() {
		return publish(this.noop);
	}

	private @Nullable String publish(Cairn cairn) {
		Event event = cairn.event("order.placed");
		for (int i = 0; i < this.keys.length; i++) {
			event.field(this.keys[i], this.values[i]);
		}
		return event.publish();
	}

}

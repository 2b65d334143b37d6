package dev.cairn.benchmarks;

import java.util.concurrent.TimeUnit;

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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost of publishing for a caller that does nothing else: more than any broker takes.
 * Cairn's queue gives way and counts, the template makes its caller wait for room. For
 * the cost at a rate that the broker takes see {@link PacedPublish}.
 */
@State(Scope.Benchmark)
@BenchmarkMode({ Mode.AverageTime, Mode.SampleTime })
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init")
public class PublishBenchmark {

	/** The publisher; JMH runs all of them unless configured otherwise. */
	@Param
	public Contender contender;

	/** Where the broker is. */
	@Param("127.0.0.1:19092")
	public String bootstrapServers;

	private Publisher publisher;

	private int number;

	/**
	 * Connect.
	 */
	@Setup
	public void open() {
		this.publisher = this.contender.open(this.bootstrapServers);
	}

	/**
	 * Publish an order.
	 * @return what the caller gets back
	 */
	@Benchmark
	public @Nullable Object publish() {
		return this.publisher.publish(OrderPlaced.sample(this.number++));
	}

	/**
	 * Say what became of the messages, and disconnect.
	 */
	@TearDown
	public void close() {
		System.out.println(this.publisher.settle());
		this.publisher.close();
	}

}

package dev.cairn.benchmarks;

import java.util.concurrent.TimeUnit;

import dev.cairn.CairnLogger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls of {@link CairnLogger} and of SLF4J's logger at a level that is disabled.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init")
public class LoggerBenchmark {

	private static final String NAME = "shop.orders";

	private final Logger slf4j = LoggerFactory.getLogger(NAME);

	private final CairnLogger cairn = CairnLogger.of(NAME);

	private final CairnLogger bound = this.cairn.bind("shop", "berlin");

	private long order = 1_000_000;

	/**
	 * The shortest call of SLF4J with a value.
	 */
	@Benchmark
	public void disabledSlf4j() {
		this.slf4j.debug("Order {}", this.order++);
	}

	/**
	 * SLF4J's call with key-values.
	 */
	@Benchmark
	public void disabledSlf4jFluent() {
		this.slf4j.atDebug().addKeyValue("order", this.order++).addKeyValue("happy", true).log("order.placed");
	}

	/**
	 * A call with a value.
	 */
	@Benchmark
	public void disabledCairn() {
		this.cairn.debug("order.placed", "order", this.order++);
	}

	/**
	 * A call with two values.
	 */
	@Benchmark
	public void disabledCairnTwoValues() {
		this.bound.debug("order.placed", "order", this.order++, "happy", true);
	}

}

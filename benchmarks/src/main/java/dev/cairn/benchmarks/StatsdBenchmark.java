package dev.cairn.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

import dev.cairn.delivery.Accounts;
import dev.cairn.metrics.MeterSampling;
import dev.cairn.statsd.StatsdRegistry;
import dev.cairn.statsd.StatsdRegistry.Transport;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.core.instrument.util.HierarchicalNameMapper;
import io.micrometer.statsd.StatsdConfig;
import io.micrometer.statsd.StatsdMeterRegistry;
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
 * The cost of a meter for its caller while its registry sends to a socket that is read.
 * Both are flooded, so each loses samples of the timer; Cairn reports how many.
 * {@code SIMPLE} sends nothing: the least that Micrometer's API costs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init")
public class StatsdBenchmark {

	/** Who brings the meters to StatsD. */
	@Param
	public Road road;

	private final Accounts ledger = new Accounts();

	private StatsdServer server;

	private MeterRegistry registry;

	private Counter counter;

	private Timer timer;

	/**
	 * Start a server that reads, and the registry.
	 * @throws IOException when there is no port to be had
	 */
	@Setup
	public void start() throws IOException {
		this.server = new StatsdServer();
		this.registry = this.road.registry(this.server.config(), this.ledger);
		this.counter = this.registry.counter("shop.orders", "country", "de");
		this.timer = this.registry.timer("shop.order.place", "country", "de");
	}

	/**
	 * Count.
	 */
	@Benchmark
	public void counter() {
		this.counter.increment();
	}

	/**
	 * Record a time.
	 */
	@Benchmark
	public void timer() {
		this.timer.record(1_234_567, TimeUnit.NANOSECONDS);
	}

	/** Return how much was counted and how often a time was recorded. */
	double recorded() {
		return this.counter.count() + this.timer.count();
	}

	/**
	 * End both, and print the account.
	 */
	@TearDown
	public void stop() {
		this.registry.close();
		this.server.close();
		System.out.println(this.ledger.balances());
	}

	/**
	 * A registry.
	 */
	public enum Road {

		/** Cairn's. */
		CAIRN {

			@Override
			MeterRegistry registry(StatsdConfig config, Accounts ledger) {
				StatsdRegistry registry = new StatsdRegistry(config, Clock.SYSTEM, HierarchicalNameMapper.DEFAULT,
						StatsdRegistry.Options.DEFAULT, MeterSampling.keepAll(), ledger.channel("statsd"),
						Transport.udp(config.host(), config.port()));
				registry.start();
				return registry;
			}

		},

		/** Micrometer's. */
		MICROMETER {

			@Override
			MeterRegistry registry(StatsdConfig config, Accounts ledger) {
				return new StatsdMeterRegistry(config, Clock.SYSTEM);
			}

		},

		/** Micrometer's in memory. */
		SIMPLE {

			@Override
			MeterRegistry registry(StatsdConfig config, Accounts ledger) {
				return new SimpleMeterRegistry();
			}

		};

		abstract MeterRegistry registry(StatsdConfig config, Accounts ledger);

	}

}

package dev.cairn.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.cairn.Sampler;
import dev.cairn.Trace;
import dev.cairn.delivery.Accounts;
import dev.cairn.metrics.MeterHandles;
import dev.cairn.metrics.MeterSampling;
import dev.cairn.metrics.StatisticsRegistry;
import dev.cairn.spring.metrics.MeteredProxies;
import dev.cairn.statsd.StatsdRegistry;
import dev.cairn.statsd.StatsdRegistry.Transport;
import io.micrometer.core.annotation.Counted;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.aop.CountedAspect;
import io.micrometer.core.aop.TimedAspect;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.util.HierarchicalNameMapper;
import io.micrometer.statsd.StatsdConfig;
import io.micrometer.statsd.StatsdMeterRegistry;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
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
import org.openjdk.jmh.infra.Blackhole;

import org.springframework.aop.aspectj.annotation.AspectJProxyFactory;
import org.springframework.aop.framework.ProxyFactory;

/**
 * The cost of {@code @Timed} and {@code @Counted} for the caller of a bean, with StatsD
 * on. {@code BARE} is a proxy whose interceptor does nothing. Cairn's registries are
 * those that its starter wires: StatsD, and the statistics in process.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init")
public class AnnotationsBenchmark {

	/** Who serves the annotations. */
	@Param
	public Server annotations;

	/** How much a method does besides, in tokens of JMH's; each takes two or three ns. */
	@Param("0")
	public int work;

	private final Accounts ledger = new Accounts();

	private StatsdServer server;

	private MeterRegistry registry;

	private Shop shop;

	/**
	 * Start a server that reads, and make the bean.
	 * @throws IOException when there is no port to be had
	 */
	@Setup
	public void start() throws IOException {
		this.server = new StatsdServer();
		MeterSampling sampling = new MeterSampling(AnnotationsBenchmark::rate, Trace.Source.NONE, () -> 0);
		this.registry = this.annotations.registry(this.server.config(), sampling, this.ledger);
		this.shop = this.annotations.proxy(new Shop(this.work), this.registry, sampling);
	}

	private static double rate(Sampler.Candidate candidate) {
		return switch (candidate.name()) {
			case "shop.off" -> 0;
			case "shop.sampled" -> 0.01;
			default -> 1;
		};
	}

	/**
	 * Call a method that is timed.
	 * @return a number
	 */
	@Benchmark
	public int timed() {
		return this.shop.timed();
	}

	/**
	 * Call a method that is counted.
	 * @return a number
	 */
	@Benchmark
	public int counted() {
		return this.shop.counted();
	}

	/**
	 * Call a method whose timer is switched off.
	 * @return a number
	 */
	@Benchmark
	public int off() {
		return this.shop.off();
	}

	/**
	 * Call a method of whose calls one in a hundred is timed.
	 * @return a number
	 */
	@Benchmark
	public int sampled() {
		return this.shop.sampled();
	}

	/** Return how many meters there are. */
	int meters() {
		return this.registry.getMeters().size();
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
	 * Who serves the annotations.
	 */
	public enum Server {

		/** No annotation. */
		BARE {

			@Override
			MeterRegistry registry(StatsdConfig config, MeterSampling sampling, Accounts ledger) {
				return new CompositeMeterRegistry();
			}

			@Override
			Shop proxy(Shop shop, MeterRegistry registry, MeterSampling sampling) {
				ProxyFactory factory = new ProxyFactory(shop);
				factory.setProxyTargetClass(true);
				factory.addAdvice((MethodInterceptor) MethodInvocation::proceed);
				return (Shop) factory.getProxy();
			}

		},

		/** Cairn. */
		CAIRN {

			@Override
			MeterRegistry registry(StatsdConfig config, MeterSampling sampling, Accounts ledger) {
				StatsdRegistry statsd = new StatsdRegistry(config, Clock.SYSTEM, HierarchicalNameMapper.DEFAULT,
						StatsdRegistry.Options.DEFAULT, sampling, ledger.channel("statsd"),
						Transport.udp(config.host(), config.port()));
				statsd.start();
				StatisticsRegistry statistics = new StatisticsRegistry(Clock.SYSTEM, Double.POSITIVE_INFINITY,
						() -> TimeUnit.SECONDS);
				statistics.start();
				return new CompositeMeterRegistry(Clock.SYSTEM, List.of(statsd, statistics));
			}

			@Override
			Shop proxy(Shop shop, MeterRegistry registry, MeterSampling sampling) {
				return MeteredProxies.of(shop, new MeterHandles(registry, sampling));
			}

		},

		/** Micrometer's aspects and registry. */
		MICROMETER {

			@Override
			MeterRegistry registry(StatsdConfig config, MeterSampling sampling, Accounts ledger) {
				return new StatsdMeterRegistry(config, Clock.SYSTEM);
			}

			@Override
			Shop proxy(Shop shop, MeterRegistry registry, MeterSampling sampling) {
				AspectJProxyFactory factory = new AspectJProxyFactory(shop);
				factory.setProxyTargetClass(true);
				factory.addAspect(new TimedAspect(registry));
				factory.addAspect(new CountedAspect(registry));
				return factory.getProxy();
			}

		};

		abstract MeterRegistry registry(StatsdConfig config, MeterSampling sampling, Accounts ledger);

		abstract Shop proxy(Shop shop, MeterRegistry registry, MeterSampling sampling);

	}

	/**
	 * A bean.
	 */
	public static class Shop {

		private final int work;

		private int orders;

		Shop() {
			this(0);
		}

		Shop(int work) {
			this.work = work;
		}

		private int work() {
			if (this.work > 0) {
				Blackhole.consumeCPU(this.work);
			}
			return this.orders++;
		}

		@Timed("shop.timed")
		int timed() {
			return work();
		}

		@Counted("shop.counted")
		int counted() {
			return work();
		}

		@Timed("shop.off")
		int off() {
			return work();
		}

		@Timed("shop.sampled")
		int sampled() {
			return work();
		}

	}

}

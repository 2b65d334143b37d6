package dev.cairn.statsd;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjDoubleConsumer;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.DoubleStream;

import dev.cairn.Lifecycle;
import dev.cairn.delivery.Channel;
import dev.cairn.internal.Datagrams;
import dev.cairn.metrics.MeterSampling;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.cumulative.CumulativeFunctionCounter;
import io.micrometer.core.instrument.cumulative.CumulativeFunctionTimer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.HistogramGauges;
import io.micrometer.core.instrument.distribution.TimeWindowMax;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.internal.DefaultGauge;
import io.micrometer.core.instrument.internal.DefaultLongTaskTimer;
import io.micrometer.core.instrument.internal.DefaultMeter;
import io.micrometer.core.instrument.util.HierarchicalNameMapper;
import io.micrometer.statsd.StatsdConfig;
import org.jspecify.annotations.Nullable;

/**
 * A registry that aggregates its meters in process. Once started, a thread of its own
 * writes the values since the last flush as lines of StatsD, in the flavors and with the
 * names of Micrometer's own registry, and sends them. Recording takes no lock, allocates
 * nothing and never waits for the server. The Ledger counts samples: the increase of a
 * counter, a value of a timer or a summary, or a reading of a gauge. Thread-safe.
 */
public final class StatsdRegistry extends MeterRegistry implements Lifecycle {

	private final StatsdConfig config;

	private final Options options;

	private final MeterSampling sampling;

	private final StatsdLineFactory lines;

	private final PolledMeters polled;

	private final StatsdFlusher flusher;

	private volatile boolean openUntilStopped;

	/**
	 * Creates a registry. It sends nothing at an interval until it is started.
	 * @param config the flavor, the packet length and the polling frequency of gauges
	 * @param clock the clock
	 * @param mapper maps names for the flavor that has no tags
	 * @param options the options for flushing and holding
	 * @param sampling the rates of the meters
	 * @param channel the channel that counts samples
	 * @param transport the transport to use
	 */
	public StatsdRegistry(StatsdConfig config, Clock clock, HierarchicalNameMapper mapper, Options options,
			MeterSampling sampling, Channel channel, Transport transport) {
		super(clock);
		this.config = config;
		this.options = options;
		this.sampling = sampling;
		this.lines = new StatsdLineFactory(config.flavor(), config(), mapper);
		this.polled = new PolledMeters(this.lines, config, options);
		this.flusher = new StatsdFlusher(config, options, channel, transport);
		config().namingConvention(this.lines.namingConvention());
		config().onMeterRemoved((meter) -> this.flusher.remove(meter.getId()));
	}

	@Override
	protected Counter newCounter(Meter.Id id) {
		ExactCounter counter = new ExactCounter(id);
		MeterSampling.Rate rate = this.sampling.rateOf(id);
		this.flusher.add(id, this.polled.count(id, Statistic.COUNT, counter::count, rate::isOn));
		return counter;
	}

	@Override
	protected Timer newTimer(Meter.Id id, DistributionStatisticConfig config, PauseDetector pauseDetector) {
		DistributionStatisticConfig inProcess = this.lines.inProcess(withInfinity(config));
		MeterSamples samples = samples(id, this.lines.timer(id, config), StatsdWriter::millis, inProcess);
		StatsdTimer timer = new StatsdTimer(id, this.clock, inProcess, pauseDetector, getBaseTimeUnit(), samples);
		HistogramGauges.registerWithCommonFormat(timer, this);
		return timer;
	}

	@Override
	protected DistributionSummary newDistributionSummary(Meter.Id id, DistributionStatisticConfig config,
			double scale) {
		DistributionStatisticConfig inProcess = this.lines.inProcess(withInfinity(config));
		MeterSamples samples = samples(id, this.lines.summary(id, config), StatsdWriter::decimal, inProcess);
		StatsdSummary summary = new StatsdSummary(id, this.clock, inProcess, scale, samples);
		HistogramGauges.registerWithCommonFormat(summary, this);
		return summary;
	}

	private MeterSamples samples(Meter.Id id, LineTemplate line, ObjDoubleConsumer<StatsdWriter> format,
			DistributionStatisticConfig config) {
		MeterSamples samples = new MeterSamples(line, format, this.sampling.rateOf(id),
				new TimeWindowMax(this.clock, config), this.options.samples(), this.flusher::hurry);
		this.flusher.add(id, samples);
		return samples;
	}

	/** Values beyond the last objective are counted, too. */
	private static DistributionStatisticConfig withInfinity(DistributionStatisticConfig config) {
		double[] objectives = config.getServiceLevelObjectiveBoundaries();
		if (objectives == null) {
			return config;
		}
		double[] all = DoubleStream.concat(Arrays.stream(objectives), DoubleStream.of(Double.POSITIVE_INFINITY))
			.toArray();
		return DistributionStatisticConfig.builder().serviceLevelObjectives(all).build().merge(config);
	}

	@Override
	protected <T> Gauge newGauge(Meter.Id id, @Nullable T source, ToDoubleFunction<T> value) {
		Gauge gauge = new DefaultGauge<>(id, source, value);
		this.flusher.poll(id, this.polled.gauge(id, Statistic.VALUE, gauge::value));
		return gauge;
	}

	@Override
	protected LongTaskTimer newLongTaskTimer(Meter.Id id, DistributionStatisticConfig config) {
		LongTaskTimer timer = new DefaultLongTaskTimer(id, this.clock, getBaseTimeUnit(), config, false);
		HistogramGauges.registerWithCommonFormat(timer, this);
		this.flusher.poll(id, this.polled.activeTasks(timer));
		return timer;
	}

	@Override
	protected <T> FunctionCounter newFunctionCounter(Meter.Id id, T source, ToDoubleFunction<T> count) {
		FunctionCounter counter = new CumulativeFunctionCounter<>(id, source, count);
		this.flusher.poll(id, this.polled.polledCount(id, Statistic.COUNT, counter::count));
		return counter;
	}

	@Override
	protected <T> FunctionTimer newFunctionTimer(Meter.Id id, T source, ToLongFunction<T> count,
			ToDoubleFunction<T> totalTime, TimeUnit unit) {
		FunctionTimer timer = new CumulativeFunctionTimer<>(id, source, count, totalTime, unit, getBaseTimeUnit());
		this.flusher.poll(id, this.polled.times(this.lines.timer(id, DistributionStatisticConfig.NONE), timer));
		return timer;
	}

	@Override
	protected Meter newMeter(Meter.Id id, Meter.Type type, Iterable<Measurement> measurements) {
		this.flusher.poll(id, this.polled.measurements(id, measurements));
		return new DefaultMeter(id, type, measurements);
	}

	@Override
	protected TimeUnit getBaseTimeUnit() {
		return TimeUnit.MILLISECONDS;
	}

	@Override
	protected DistributionStatisticConfig defaultHistogramConfig() {
		return DistributionStatisticConfig.builder()
			.expiry(this.config.step())
			.build()
			.merge(DistributionStatisticConfig.DEFAULT);
	}

	@Override
	public void start() {
		this.flusher.start();
	}

	@Override
	public void suspend(Duration timeout) {
		this.flusher.suspend(timeout);
	}

	/**
	 * Reads all gauges once more, sends everything, and ends. Samples that cannot be sent
	 * within the timeout are counted as dropped.
	 */
	@Override
	public void stop(Duration timeout) {
		if (!isClosed()) {
			this.flusher.stop(timeout);
			super.close();
		}
	}

	/**
	 * Sends the values that were recorded so far.
	 * @param timeout the maximum time to wait
	 * @return whether everything was sent
	 */
	public boolean flush(Duration timeout) {
		return this.flusher.flush(timeout);
	}

	/**
	 * Has {@link #close()} only send the values so far, and {@link #stop} end the
	 * registry. Spring Boot closes registries as soon as a context begins to close, while
	 * the last requests are still served.
	 * @return this registry
	 */
	public StatsdRegistry openUntilStopped() {
		this.openUntilStopped = true;
		return this;
	}

	/**
	 * Ends the registry as {@link #stop} does, unless it is {@link #openUntilStopped()}.
	 */
	@Override
	public void close() {
		if (this.openUntilStopped) {
			flush(Duration.ZERO);
		}
		else {
			stop(this.options.closeTimeout());
		}
	}

	/**
	 * Options of a registry.
	 *
	 * @param flushInterval the interval at which the meters are written
	 * @param samples the approximate number of samples that a timer or summary holds
	 * between two flushes
	 * @param packed whether several samples share a line, which only servers of Datadog's
	 * flavor understand
	 * @param closeTimeout the time that closing may take
	 */
	public record Options(Duration flushInterval, int samples, boolean packed, Duration closeTimeout) {

		/** The default number of samples. */
		public static final int SAMPLES = 131_072;

		/** The default options. */
		public static final Options DEFAULT = new Options(Duration.ofSeconds(1), SAMPLES, false, Duration.ofSeconds(1));

		/**
		 * Checks the values.
		 */
		public Options {
			if (flushInterval.isNegative() || flushInterval.isZero() || samples < 1 || closeTimeout.isNegative()) {
				throw new IllegalArgumentException("flushInterval and samples must be positive and closeTimeout not "
						+ "negative, but they were " + flushInterval + ", " + samples + " and " + closeTimeout);
			}
		}

	}

	/**
	 * Sends packets to a server. Used by one thread at a time, which it may block.
	 */
	@FunctionalInterface
	public interface Transport extends Closeable {

		/**
		 * Sends a packet.
		 * @param packet lines, separated by line feeds
		 * @throws IOException if the packet was not sent; the transport can be used again
		 */
		void send(byte[] packet) throws IOException;

		/**
		 * Releases the connection. Another packet opens a new one.
		 */
		@Override
		default void close() throws IOException {
		}

		/**
		 * Returns a transport that sends each packet as a datagram. A packet counts as
		 * sent when the operating system has accepted it.
		 * @param host the name of the server
		 * @param port the port of the server
		 * @return a transport that opens its socket at the first packet
		 * @throws IllegalArgumentException if the port is invalid
		 */
		static Transport udp(String host, int port) {
			return new UdpTransport(new Datagrams(host, port));
		}

		/**
		 * Returns a transport that sends each packet, followed by a line feed, over a
		 * connection that is opened again after a failure.
		 * @param host the name of the server
		 * @param port the port of the server
		 * @return a transport that connects at the first packet
		 */
		static Transport tcp(String host, int port) {
			return new TcpTransport(host, port);
		}

	}

}

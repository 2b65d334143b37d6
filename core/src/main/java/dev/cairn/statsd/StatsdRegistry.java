package dev.cairn.statsd;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.DoubleStream;

import dev.cairn.delivery.Channel;
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
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.cumulative.CumulativeFunctionCounter;
import io.micrometer.core.instrument.cumulative.CumulativeFunctionTimer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.HistogramGauges;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.internal.DefaultGauge;
import io.micrometer.core.instrument.internal.DefaultLongTaskTimer;
import io.micrometer.core.instrument.internal.DefaultMeter;
import io.micrometer.core.instrument.util.HierarchicalNameMapper;
import io.micrometer.statsd.StatsdConfig;
import org.jspecify.annotations.Nullable;

/**
 * A registry whose meters add up in process. A thread of its own writes what has come
 * since the last flush as lines of StatsD, in the flavours and with the names of
 * Micrometer's own registry, and sends them. Recording takes no lock, allocates nothing
 * and never waits for the server. What is lost, and why, is in the Ledger, in samples: an
 * increment that has added up, a value of a timer, or a reading of a gauge. Thread-safe.
 */
public final class StatsdRegistry extends MeterRegistry {

	private final StatsdConfig config;

	private final StatsdOptions options;

	private final MeterSampling sampling;

	private final StatsdLineFactory lines;

	private final PacketQueue outbox;

	private final PacketBuilder packets;

	private final Transport transport;

	private final Map<Meter.Id, FlushableMeter> reports = new ConcurrentHashMap<>();

	/** What was removed has still to say what came before. */
	private final Queue<FlushableMeter> removed = new ConcurrentLinkedQueue<>();

	private final Thread thread;

	private volatile boolean hurry;

	private volatile boolean closing;

	private volatile boolean untilShutdown;

	private long sampledOutTold;

	private long nextPoll = System.nanoTime();

	/**
	 * Create a registry and start its thread.
	 * @param config flavour, packet length and how often gauges are read
	 * @param clock the clock
	 * @param mapper makes names for the flavour that has no tags
	 * @param options how to flush and to wait
	 * @param sampling what fraction of the samples of a meter is kept
	 * @param account the account, in samples
	 * @param transport brings the packets
	 */
	public StatsdRegistry(StatsdConfig config, Clock clock, HierarchicalNameMapper mapper, StatsdOptions options,
			MeterSampling sampling, Channel account, Transport transport) {
		super(clock);
		this.config = config;
		this.options = options;
		this.sampling = sampling;
		this.transport = transport;
		this.lines = new StatsdLineFactory(config.flavor(), config(), mapper);
		this.outbox = new PacketQueue(transport, account, options);
		this.packets = new PacketBuilder(config.maxPacketLength(), this.outbox);
		config().namingConvention(this.lines.namingConvention());
		config().onMeterRemoved(this::removed);
		this.thread = new Thread(this::run, "cairn-statsd");
		this.thread.setDaemon(true);
		this.thread.start();
	}

	private void removed(Meter meter) {
		FlushableMeter last = this.reports.remove(meter.getId());
		if (last != null) {
			this.removed.add(last);
		}
	}

	private void run() {
		long interval = this.options.flushInterval().toNanos();
		while (!this.closing) {
			if (!this.hurry) {
				LockSupport.parkNanos(this, interval);
			}
			this.hurry = false;
			try {
				flush(false);
			}
			catch (Throwable ex) {
				// The thread has to live on
				this.lines.failed(ex);
			}
		}
	}

	private void hurry() {
		this.hurry = true;
		LockSupport.unpark(this.thread);
	}

	private synchronized void flush(boolean last) {
		if (this.closing != last) {
			return;
		}
		if (last) {
			this.outbox.closing();
		}
		boolean poll = last || System.nanoTime() - this.nextPoll >= 0;
		if (poll) {
			this.nextPoll = System.nanoTime() + this.config.pollingFrequency().toNanos();
		}
		for (FlushableMeter report = this.removed.poll(); report != null; report = this.removed.poll()) {
			write(report);
		}
		for (FlushableMeter report : this.reports.values()) {
			if (poll || !(report instanceof PolledMeter)) {
				write(report);
			}
		}
		this.packets.flush();
		this.outbox.send();
		long sampledOut = this.sampling.sampledOut();
		this.outbox.sampledOut(sampledOut - this.sampledOutTold);
		this.sampledOutTold = sampledOut;
	}

	/** A function of the application's may fail. */
	private void write(FlushableMeter report) {
		try {
			report.write(this.packets, this.outbox);
		}
		catch (RuntimeException ex) {
			this.packets.abandon();
			this.lines.failed(ex);
		}
	}

	@Override
	protected Counter newCounter(Meter.Id id) {
		AddingCounter counter = new AddingCounter(id, this.sampling.gate(id), this.lines.counter(id));
		this.reports.put(id, counter);
		return counter;
	}

	@Override
	protected Timer newTimer(Meter.Id id, DistributionStatisticConfig config, PauseDetector pauseDetector) {
		DistributionStatisticConfig kept = this.lines.kept(withInfinity(config));
		StatsdTimer timer = new StatsdTimer(id, this.clock, kept, pauseDetector, getBaseTimeUnit(),
				this.config.step().toMillis(), this.sampling.gate(id), samples(this.lines.timer(id, config)));
		HistogramGauges.registerWithCommonFormat(timer, this);
		this.reports.put(id, timer);
		return timer;
	}

	@Override
	protected DistributionSummary newDistributionSummary(Meter.Id id, DistributionStatisticConfig config,
			double scale) {
		DistributionStatisticConfig kept = this.lines.kept(withInfinity(config));
		StatsdSummary summary = new StatsdSummary(id, this.clock, kept, scale, this.sampling.gate(id),
				samples(this.lines.summary(id, config)));
		HistogramGauges.registerWithCommonFormat(summary, this);
		this.reports.put(id, summary);
		return summary;
	}

	private Function<RatedSamples.Values, RatedSamples> samples(LineTemplate line) {
		return (values) -> new RatedSamples(this.options.samples(), this::hurry, line, this.options.packed(), values);
	}

	/** Those beyond the last of the objectives are counted too. */
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
		this.reports.put(id, new PolledMeter.OfGauge(this.lines.gauge(id, null), gauge::value,
				this.config.publishUnchangedMeters(), this.lines.isSigned()));
		return gauge;
	}

	@Override
	protected LongTaskTimer newLongTaskTimer(Meter.Id id, DistributionStatisticConfig config) {
		LongTaskTimer timer = new DefaultLongTaskTimer(id, this.clock, getBaseTimeUnit(), config, false);
		HistogramGauges.registerWithCommonFormat(timer, this);
		this.reports.put(id, PolledMeter.of(timer, this.lines, this.config.publishUnchangedMeters()));
		return timer;
	}

	@Override
	protected <T> FunctionCounter newFunctionCounter(Meter.Id id, T source, ToDoubleFunction<T> count) {
		FunctionCounter counter = new CumulativeFunctionCounter<>(id, source, count);
		this.reports.put(id, new PolledMeter.OfCount(this.lines.counter(id), counter::count));
		return counter;
	}

	@Override
	protected <T> FunctionTimer newFunctionTimer(Meter.Id id, T source, ToLongFunction<T> count,
			ToDoubleFunction<T> totalTime, TimeUnit unit) {
		FunctionTimer timer = new CumulativeFunctionTimer<>(id, source, count, totalTime, unit, getBaseTimeUnit());
		this.reports.put(id, new PolledMeter.OfTimes(this.lines.timer(id, DistributionStatisticConfig.NONE), timer));
		return timer;
	}

	@Override
	protected Meter newMeter(Meter.Id id, Meter.Type type, Iterable<Measurement> measurements) {
		this.reports.put(id, PolledMeter.of(id, measurements, this.lines, this.config.publishUnchangedMeters()));
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

	/**
	 * Send what has come so far.
	 * @param timeout how long to wait at the most
	 * @return whether the server has got it, as far as that is known
	 */
	public boolean flush(Duration timeout) {
		long until = System.nanoTime() + timeout.toNanos();
		flush(this.closing);
		while (!isSent() && System.nanoTime() - until < 0) {
			LockSupport.parkNanos(Math.min(timeout.toNanos(), TimeUnit.MILLISECONDS.toNanos(20)));
			retry();
		}
		return isSent();
	}

	private synchronized boolean isSent() {
		return this.outbox.isEmpty();
	}

	private synchronized void retry() {
		this.outbox.sendNow();
	}

	/**
	 * Have {@link #close()} only send what has come so far, and {@link #shutdown()} end
	 * the registry. Boot closes registries as soon as a context begins to close, while
	 * the last requests are still served.
	 * @return this
	 */
	public StatsdRegistry openUntilShutdown() {
		this.untilShutdown = true;
		return this;
	}

	/**
	 * Read all gauges once more, send everything, and end. What cannot be sent in time is
	 * counted as dropped.
	 */
	@Override
	public void close() {
		if (this.untilShutdown && !isClosed()) {
			flush(false);
		}
		else {
			shutdown();
		}
	}

	/**
	 * Read all gauges once more, send everything, and end, whatever {@link #close()}
	 * does.
	 */
	public void shutdown() {
		if (isClosed()) {
			return;
		}
		this.closing = true;
		LockSupport.unpark(this.thread);
		flush(this.options.closeTimeout());
		super.close();
		end();
	}

	private synchronized void end() {
		this.outbox.close(this.options.closeTimeout());
		try {
			this.transport.close();
		}
		catch (IOException ex) {
			this.lines.failed(ex);
		}
	}

}

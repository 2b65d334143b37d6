package dev.cairn.statsd;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.stream.StreamSupport;

import dev.cairn.Ledger.DropReason;
import dev.cairn.statsd.StatsdLineFactory.Template;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.statsd.StatsdConfig;
import io.micrometer.statsd.StatsdFlavor;

/**
 * Creates meters whose values are read at a flush.
 */
final class PolledMeters {

	private final StatsdLineFactory lines;

	private final boolean unchangedWritten;

	/** Whether the server takes a signed gauge for a change. */
	private final boolean signed;

	/** Whether the server drops the fractions of counters. */
	private final boolean whole;

	/** The maximum number of times that are written for a timer at a poll. */
	private final long maxTimes;

	PolledMeters(StatsdLineFactory lines, StatsdConfig config, StatsdRegistry.Options options) {
		this.lines = lines;
		this.unchangedWritten = config.publishUnchangedMeters();
		this.signed = config.flavor() != StatsdFlavor.DATADOG;
		this.whole = config.flavor() == StatsdFlavor.TELEGRAF;
		// As many for each flush interval as another timer buffers
		long flushes = config.pollingFrequency().dividedBy(options.flushInterval());
		this.maxTimes = options.samples() * Math.max(1, flushes);
	}

	Consumer<StatsdWriter> gauge(Meter.Id id, Statistic statistic, DoubleSupplier value) {
		return new PolledGauge(this.lines.gauge(id, statistic), value);
	}

	/** Returns a meter for a count that is written if it has grown and is on. */
	Consumer<StatsdWriter> count(Meter.Id id, DoubleSupplier count, BooleanSupplier on) {
		return new PolledCount(this.lines.counter(id, Statistic.COUNT), count, on, false);
	}

	/** Returns a meter for a count that is written even if it has not grown. */
	Consumer<StatsdWriter> polledCount(Meter.Id id, Statistic statistic, DoubleSupplier count) {
		return new PolledCount(this.lines.counter(id, statistic), count, () -> true, true);
	}

	Consumer<StatsdWriter> times(Template line, FunctionTimer timer) {
		return new PolledTimes(line, timer);
	}

	Consumer<StatsdWriter> activeTasks(LongTaskTimer timer) {
		Meter.Id id = timer.getId();
		return all(List.of(gauge(id, Statistic.ACTIVE_TASKS, timer::activeTasks),
				gauge(id, Statistic.DURATION, () -> timer.duration(TimeUnit.MILLISECONDS)),
				gauge(id, Statistic.MAX, () -> timer.max(TimeUnit.MILLISECONDS))));
	}

	Consumer<StatsdWriter> measurements(Meter.Id id, Iterable<Measurement> measurements) {
		return all(StreamSupport.stream(measurements.spliterator(), false)
			.map((measurement) -> measurement(id, measurement.getStatistic(), measurement::getValue))
			.toList());
	}

	private Consumer<StatsdWriter> measurement(Meter.Id id, Statistic statistic, DoubleSupplier value) {
		return switch (statistic) {
			case COUNT, TOTAL, TOTAL_TIME -> polledCount(id, statistic, value);
			default -> gauge(id, statistic, value);
		};
	}

	private static Consumer<StatsdWriter> all(List<Consumer<StatsdWriter>> meters) {
		return (writer) -> meters.forEach((meter) -> meter.accept(writer));
	}

	/**
	 * A value.
	 */
	private final class PolledGauge implements Consumer<StatsdWriter> {

		private final Template line;

		private final DoubleSupplier value;

		private double last = Double.NaN;

		PolledGauge(Template line, DoubleSupplier value) {
			this.line = line;
			this.value = value;
		}

		@Override
		public void accept(StatsdWriter writer) {
			double now = this.value.getAsDouble();
			if (!Double.isFinite(now) || (now == this.last && !PolledMeters.this.unchangedWritten)) {
				return;
			}
			this.last = now;
			if (now < 0 && PolledMeters.this.signed) {
				// A sign means a change, so set the gauge to zero first
				writer.value(this.line).decimal(0);
			}
			writer.value(this.line).decimal(now);
		}

	}

	/**
	 * A count, of which the increase is written.
	 */
	private final class PolledCount implements Consumer<StatsdWriter> {

		private final Template line;

		private final DoubleSupplier count;

		private final BooleanSupplier on;

		private final boolean zeroWritten;

		private double flushed;

		PolledCount(Template line, DoubleSupplier count, BooleanSupplier on, boolean zeroWritten) {
			this.line = line;
			this.count = count;
			this.on = on;
			this.zeroWritten = zeroWritten;
		}

		@Override
		public void accept(StatsdWriter writer) {
			double now = this.count.getAsDouble();
			double increase = StatsdWriter.round(now - this.flushed);
			if (PolledMeters.this.whole) {
				increase = Math.floor(increase);
			}
			if (!Double.isFinite(increase)) {
				return;
			}
			// A count that has decreased was reset
			this.flushed = (now < this.flushed) ? now : this.flushed + increase;
			if ((increase > 0 || this.zeroWritten) && this.on.getAsBoolean()) {
				writer.value(this.line).decimal(Math.max(0, increase));
			}
		}

	}

	/**
	 * Times of which only count and sum are available. Their mean is written as often as
	 * there are times: not every server computes sum and count with a rate.
	 */
	private final class PolledTimes implements Consumer<StatsdWriter> {

		private final Template line;

		private final FunctionTimer timer;

		private long flushedCount;

		private double flushedTotal;

		PolledTimes(Template line, FunctionTimer timer) {
			this.line = line;
			this.timer = timer;
		}

		@Override
		public void accept(StatsdWriter writer) {
			long count = (long) this.timer.count();
			double total = this.timer.totalTime(TimeUnit.MILLISECONDS);
			long increase = count - this.flushedCount;
			double mean = (total - this.flushedTotal) / increase;
			if (increase != 0) {
				this.flushedCount = count;
				this.flushedTotal = total;
			}
			if (increase > 0 && Double.isFinite(mean)) {
				long written = Math.min(increase, PolledMeters.this.maxTimes);
				for (long i = 0; i < written; i++) {
					writer.sample(this.line, StatsdWriter.NO_RATE).decimal(mean);
				}
				writer.dropped(increase - written, DropReason.OVERFLOW);
			}
		}

	}

}

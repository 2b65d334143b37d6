package dev.cairn.statsd;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.stream.StreamSupport;

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

	PolledMeters(StatsdLineFactory lines, StatsdConfig config) {
		this.lines = lines;
		this.unchangedWritten = config.publishUnchangedMeters();
		this.signed = config.flavor() != StatsdFlavor.DATADOG;
	}

	FlushableMeter gauge(Meter.Id id, Statistic statistic, DoubleSupplier value) {
		return new PolledGauge(this.lines.gauge(id, statistic), value);
	}

	/** Returns a meter for a count that only grows, which is written while it is on. */
	FlushableMeter count(Meter.Id id, Statistic statistic, DoubleSupplier count, BooleanSupplier on) {
		return new PolledCount(this.lines.counter(id, statistic), count, on);
	}

	FlushableMeter times(LineTemplate line, FunctionTimer timer) {
		return new PolledTimes(line, timer);
	}

	FlushableMeter activeTasks(LongTaskTimer timer) {
		Meter.Id id = timer.getId();
		return all(List.of(gauge(id, Statistic.ACTIVE_TASKS, timer::activeTasks),
				gauge(id, Statistic.DURATION, () -> timer.duration(TimeUnit.MILLISECONDS)),
				gauge(id, Statistic.MAX, () -> timer.max(TimeUnit.MILLISECONDS))));
	}

	FlushableMeter measurements(Meter.Id id, Iterable<Measurement> measurements) {
		return all(StreamSupport.stream(measurements.spliterator(), false)
			.map((measurement) -> measurement(id, measurement.getStatistic(), measurement::getValue))
			.toList());
	}

	private FlushableMeter measurement(Meter.Id id, Statistic statistic, DoubleSupplier value) {
		return switch (statistic) {
			case COUNT, TOTAL, TOTAL_TIME -> count(id, statistic, value, () -> true);
			default -> gauge(id, statistic, value);
		};
	}

	private static FlushableMeter all(List<FlushableMeter> meters) {
		return (writer) -> meters.forEach((meter) -> meter.flush(writer));
	}

	/**
	 * A value.
	 */
	private final class PolledGauge implements FlushableMeter {

		private final LineTemplate line;

		private final DoubleSupplier value;

		private double last = Double.NaN;

		PolledGauge(LineTemplate line, DoubleSupplier value) {
			this.line = line;
			this.value = value;
		}

		@Override
		public void flush(StatsdWriter writer) {
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
	private static final class PolledCount implements FlushableMeter {

		private final LineTemplate line;

		private final DoubleSupplier count;

		private final BooleanSupplier on;

		private double flushed;

		PolledCount(LineTemplate line, DoubleSupplier count, BooleanSupplier on) {
			this.line = line;
			this.count = count;
			this.on = on;
		}

		@Override
		public void flush(StatsdWriter writer) {
			double now = this.count.getAsDouble();
			double increase = StatsdWriter.round(now - this.flushed);
			if (increase > 0 && Double.isFinite(increase)) {
				this.flushed += increase;
				if (this.on.getAsBoolean()) {
					writer.value(this.line).decimal(increase);
				}
			}
			else if (increase < 0) {
				// The count was reset
				this.flushed = now;
			}
		}

	}

	/**
	 * Times of which only count and sum are available. The mean is written with the rate
	 * that stands for their number.
	 */
	private static final class PolledTimes implements FlushableMeter {

		private final LineTemplate line;

		private final FunctionTimer timer;

		private double flushedCount;

		private double flushedTotal;

		PolledTimes(LineTemplate line, FunctionTimer timer) {
			this.line = line;
			this.timer = timer;
		}

		@Override
		public void flush(StatsdWriter writer) {
			double count = this.timer.count();
			double total = this.timer.totalTime(TimeUnit.MILLISECONDS);
			double increase = count - this.flushedCount;
			double mean = (total - this.flushedTotal) / increase;
			if (increase > 0 && Double.isFinite(mean)) {
				writer.value(this.line, StatsdWriter.rate(1 / increase)).decimal(mean);
			}
			this.flushedCount = count;
			this.flushedTotal = total;
		}

	}

}

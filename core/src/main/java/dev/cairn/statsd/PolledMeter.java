package dev.cairn.statsd;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Statistic;

/**
 * A meter whose value is read at a flush, since nothing is recorded when it changes.
 */
abstract class PolledMeter implements FlushableMeter {

	private PolledMeter() {
	}

	/** Returns a meter for the active tasks of a timer. */
	static PolledMeter of(LongTaskTimer timer, StatsdLineFactory lines) {
		return new Composite(List.of(
				new OfGauge(lines.gauge(timer.getId(), Statistic.ACTIVE_TASKS), timer::activeTasks, lines),
				new OfGauge(lines.gauge(timer.getId(), Statistic.DURATION), () -> timer.duration(TimeUnit.MILLISECONDS),
						lines),
				new OfGauge(lines.gauge(timer.getId(), Statistic.MAX), () -> timer.max(TimeUnit.MILLISECONDS), lines)));
	}

	/** Returns a meter for the measurements of a custom meter. */
	static PolledMeter of(io.micrometer.core.instrument.Meter.Id id, Iterable<Measurement> measurements,
			StatsdLineFactory lines) {
		List<PolledMeter> all = new ArrayList<>();
		for (Measurement measurement : measurements) {
			Statistic statistic = measurement.getStatistic();
			all.add(switch (statistic) {
				case COUNT, TOTAL, TOTAL_TIME -> new OfCount(lines.counter(id, statistic), measurement::getValue);
				default -> new OfGauge(lines.gauge(id, statistic), measurement::getValue, lines);
			});
		}
		return new Composite(all);
	}

	static PolledMeter gauge(LineTemplate line, DoubleSupplier value, StatsdLineFactory lines) {
		return new OfGauge(line, value, lines);
	}

	/** Returns a meter for a count that only grows. */
	static PolledMeter count(LineTemplate line, DoubleSupplier count) {
		return new OfCount(line, count);
	}

	/** Returns a meter for times of which only count and sum are available. */
	static PolledMeter times(LineTemplate line, FunctionTimer timer) {
		return new OfTimes(line, timer);
	}

	/**
	 * Several meters as one.
	 */
	private static final class Composite extends PolledMeter {

		private final List<PolledMeter> meters;

		Composite(List<PolledMeter> meters) {
			this.meters = meters;
		}

		@Override
		public void flush(StatsdWriter writer) {
			this.meters.forEach((meter) -> meter.flush(writer));
		}

	}

	/**
	 * A value.
	 */
	private static final class OfGauge extends PolledMeter {

		private final LineTemplate line;

		private final DoubleSupplier value;

		private final boolean unchanged;

		private final boolean signed;

		private double last = Double.NaN;

		OfGauge(LineTemplate line, DoubleSupplier value, StatsdLineFactory lines) {
			this.line = line;
			this.value = value;
			this.unchanged = lines.isUnchangedWritten();
			this.signed = lines.isGaugeSigned();
		}

		@Override
		public void flush(StatsdWriter writer) {
			double now = this.value.getAsDouble();
			if (!Double.isFinite(now) || (now == this.last && !this.unchanged)) {
				return;
			}
			this.last = now;
			if (now < 0 && this.signed) {
				// A sign means a change, so set the gauge to zero first
				writer.value(this.line).number(0);
			}
			writer.value(this.line).decimal(now);
		}

	}

	/**
	 * A count, of which the increase is written.
	 */
	private static final class OfCount extends PolledMeter {

		private final LineTemplate line;

		private final DoubleSupplier count;

		private double flushed;

		OfCount(LineTemplate line, DoubleSupplier count) {
			this.line = line;
			this.count = count;
		}

		@Override
		public void flush(StatsdWriter writer) {
			double now = this.count.getAsDouble();
			double increase = Decimals.round(now - this.flushed);
			if (increase > 0 && Double.isFinite(increase)) {
				this.flushed += increase;
				writer.value(this.line).decimal(increase);
			}
			else if (increase < 0) {
				// The count was reset
				this.flushed = now;
			}
		}

	}

	/**
	 * Times, of which the mean is written with the rate that stands for their number.
	 */
	private static final class OfTimes extends PolledMeter {

		private final LineTemplate line;

		private final FunctionTimer timer;

		private double flushedCount;

		private double flushedTotal;

		OfTimes(LineTemplate line, FunctionTimer timer) {
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

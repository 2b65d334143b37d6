package dev.cairn.statsd;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Statistic;

/**
 * A meter that has to be asked, since nobody tells it when something happens.
 */
interface PolledMeter extends FlushableMeter {

	/** A task that runs long. */
	static PolledMeter of(LongTaskTimer timer, StatsdLineFactory lines, boolean unchanged) {
		Meter.Id id = timer.getId();
		PolledMeter active = new OfGauge(lines.gauge(id, Statistic.ACTIVE_TASKS), timer::activeTasks, unchanged,
				lines.isSigned());
		PolledMeter duration = new OfGauge(lines.gauge(id, Statistic.DURATION),
				() -> timer.duration(TimeUnit.MILLISECONDS), unchanged, lines.isSigned());
		PolledMeter max = new OfGauge(lines.gauge(id, Statistic.MAX), () -> timer.max(TimeUnit.MILLISECONDS), unchanged,
				lines.isSigned());
		return all(List.of(active, duration, max));
	}

	/** A meter of the application's own kind. */
	static PolledMeter of(Meter.Id id, Iterable<Measurement> measurements, StatsdLineFactory lines, boolean unchanged) {
		List<PolledMeter> all = new ArrayList<>();
		for (Measurement measurement : measurements) {
			Statistic statistic = measurement.getStatistic();
			all.add(switch (statistic) {
				case COUNT, TOTAL, TOTAL_TIME -> new OfCount(lines.counter(id, statistic), measurement::getValue);
				default -> new OfGauge(lines.gauge(id, statistic), measurement::getValue, unchanged, lines.isSigned());
			});
		}
		return all(all);
	}

	private static PolledMeter all(List<PolledMeter> all) {
		return (packets, account) -> all.forEach((one) -> one.write(packets, account));
	}

	/**
	 * A value that is what it is.
	 */
	final class OfGauge implements PolledMeter {

		private final LineTemplate line;

		private final DoubleSupplier value;

		private final boolean unchanged;

		private final boolean signed;

		private double last = Double.NaN;

		OfGauge(LineTemplate line, DoubleSupplier value, boolean unchanged, boolean signed) {
			this.line = line;
			this.value = value;
			this.unchanged = unchanged;
			this.signed = signed;
		}

		@Override
		public void write(PacketBuilder packets, SampleAccount account) {
			double now = this.value.getAsDouble();
			if (!Double.isFinite(now) || (now == this.last && !this.unchanged)) {
				return;
			}
			this.last = now;
			if (now < 0 && this.signed) {
				// A sign means a change there, so start from nothing
				packets.begin(this.line).number(0).end(this.line, 1, 1);
			}
			packets.begin(this.line).decimal(now).end(this.line, 1, 1);
		}

	}

	/**
	 * A sum that somebody else keeps.
	 */
	final class OfCount implements PolledMeter {

		private final LineTemplate line;

		private final DoubleSupplier count;

		private double told;

		OfCount(LineTemplate line, DoubleSupplier count) {
			this.line = line;
			this.count = count;
		}

		@Override
		public void write(PacketBuilder packets, SampleAccount account) {
			double now = this.count.getAsDouble();
			double more = Decimals.round(now - this.told);
			if (more > 0) {
				this.told += more;
				packets.begin(this.line).decimal(more).end(this.line, 1, 1);
			}
			else if (more < 0) {
				// It has begun anew
				this.told = now;
			}
		}

	}

	/**
	 * Times that somebody else has measured, of which only number and sum are known: told
	 * as their mean, with the rate that stands for their number.
	 */
	final class OfTimes implements PolledMeter {

		private final LineTemplate line;

		private final FunctionTimer timer;

		private double countTold;

		private double totalTold;

		OfTimes(LineTemplate line, FunctionTimer timer) {
			this.line = line;
			this.timer = timer;
		}

		@Override
		public void write(PacketBuilder packets, SampleAccount account) {
			double count = this.timer.count();
			double total = this.timer.totalTime(TimeUnit.MILLISECONDS);
			double more = count - this.countTold;
			if (more > 0) {
				packets.begin(this.line).decimal((total - this.totalTold) / more).end(this.line, 1 / more, 1);
			}
			this.countTold = count;
			this.totalTold = total;
		}

	}

}

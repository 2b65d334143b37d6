package dev.cairn.analytics;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.Message;
import dev.cairn.spring.core.InvalidProperty;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The archive of all messages, and the reports over it.
 *
 * @param enabled Whether to archive messages and answer reports.
 * @param lake Directory of the archive.
 * @param archive Whether this process archives. If not, it only answers reports over what
 * another process archives.
 * @param topics Topics to archive. By default, the topic of the Kafka sink, or the files
 * of the file sink without a broker.
 * @param interval Time between two looks for new messages, each of which adds files to
 * the archive.
 * @param retention How long to keep messages, in whole days; 0 for ever.
 * @param batchSize Maximum size of the messages that are archived together.
 * @param memory Maximum memory of the archiver, and of a report, outside of the heap.
 * @param threads Number of threads of the archiver, and of a report.
 * @param queryTimeout Maximum time that a report may take.
 * @param promote Types of the columns that fields get, by the name of the field.
 * @param funnels Steps that lead to a goal, by the name of the funnel.
 */
@ConfigurationProperties("cairn.analytics")
record AnalyticsProperties(@DefaultValue("false") boolean enabled, @DefaultValue("./cairn-lake") Path lake,
		@DefaultValue("true") boolean archive, @DefaultValue List<String> topics, @DefaultValue("1m") Duration interval,
		@DefaultValue("0d") Duration retention, @DefaultValue("32MB") DataSize batchSize,
		@DefaultValue("512MB") DataSize memory, @DefaultValue("2") int threads,
		@DefaultValue("30s") Duration queryTimeout, @DefaultValue Map<String, String> promote,
		@DefaultValue Map<String, FunnelProperties> funnels) {

	private static final String PREFIX = "cairn.analytics.";

	Lake toLake() {
		return new Lake(this.lake.toAbsolutePath().normalize());
	}

	Duration checkedInterval() {
		InvalidProperty.requireDuration(PREFIX + "interval", this.interval);
		return this.interval;
	}

	Upkeep toUpkeep() {
		InvalidProperty.requireRange(PREFIX + "retention", this.retention, this.retention.toDays(),
				this.retention.isZero() ? 0 : 1, 36_500);
		return new Upkeep(this.retention, InstantSource.system());
	}

	Duration checkedQueryTimeout() {
		InvalidProperty.requireDuration(PREFIX + "query-timeout", this.queryTimeout);
		return this.queryTimeout;
	}

	int maxBatchBytes() {
		InvalidProperty.requireRange(PREFIX + "batch-size", this.batchSize, this.batchSize.toBytes(),
				DataSize.ofMegabytes(1).toBytes(), DataSize.ofMegabytes(512).toBytes());
		return (int) this.batchSize.toBytes();
	}

	Database toDatabase() {
		InvalidProperty.requireRange(PREFIX + "memory", this.memory, this.memory.toMegabytes(), 64, Long.MAX_VALUE);
		InvalidProperty.requireRange(PREFIX + "threads", this.threads, this.threads, 1, 1024);
		return new Database(this.memory, this.threads, toLake().folder());
	}

	List<Column> toColumns() {
		Map<String, Column> columns = new LinkedHashMap<>();
		this.promote.forEach((field, type) -> {
			String property = PREFIX + "promote." + field;
			Column column = InvalidProperty.check(property, type, () -> new Column(field, type));
			InvalidProperty.check(property, type, () -> {
				if (columns.putIfAbsent(column.name(), column) != null) {
					throw new IllegalArgumentException("Another field has the column " + column.name() + ".");
				}
				return column;
			});
		});
		return new ArrayList<>(columns.values());
	}

	Map<String, FunnelSteps> toFunnels() {
		Map<String, FunnelSteps> all = new LinkedHashMap<>();
		this.funnels.forEach((name, funnel) -> all.put(name, funnel.toSteps(PREFIX + "funnels." + name)));
		return all;
	}

	/**
	 * Steps that lead to a goal.
	 *
	 * @param steps Types of the events, in the order of the steps.
	 * @param within Maximum time from the first step to the last.
	 */
	record FunnelProperties(@DefaultValue List<String> steps, @DefaultValue("1h") Duration within) {

		FunnelSteps toSteps(String property) {
			InvalidProperty.requireDuration(property + ".within", this.within);
			for (int i = 0; i < this.steps.size(); i++) {
				String step = this.steps.get(i);
				InvalidProperty.check(property + ".steps[" + i + "]", step, () -> Message.checkType(step));
			}
			return InvalidProperty.check(property + ".steps", this.steps,
					() -> new FunnelSteps(this.steps, this.within));
		}

	}

}

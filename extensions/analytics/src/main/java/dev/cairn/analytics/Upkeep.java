package dev.cairn.analytics;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Once a day, merges the files of each day that is over, and deletes those of days that
 * are too old. For one thread.
 */
final class Upkeep {

	private final Duration retention;

	private final InstantSource clock;

	private @Nullable LocalDate done;

	/**
	 * Creates the upkeep.
	 * @param retention how long to keep messages; zero for ever
	 * @param clock the clock
	 */
	Upkeep(Duration retention, InstantSource clock) {
		this.retention = retention;
		this.clock = clock;
	}

	void run(LakeWriter writer, ParquetFiles files) throws IOException, SQLException {
		LocalDate today = LocalDate.ofInstant(this.clock.instant(), ZoneOffset.UTC);
		if (today.equals(this.done)) {
			return;
		}
		if (!this.retention.isZero()) {
			expire(writer, today.minusDays(this.retention.toDays()));
		}
		Map<LocalDate, List<Manifest.DataFile>> days = writer.manifest()
			.files((file) -> file.day().isBefore(today))
			.collect(Collectors.groupingBy(Manifest.DataFile::day, TreeMap::new, Collectors.toList()));
		for (Map.Entry<LocalDate, List<Manifest.DataFile>> day : days.entrySet()) {
			if (day.getValue().size() > 1) {
				merge(writer, files, day.getKey(), day.getValue());
			}
		}
		this.done = today;
	}

	private static void expire(LakeWriter writer, LocalDate first) throws IOException {
		List<Manifest.DataFile> old = writer.manifest().files((file) -> file.day().isBefore(first)).toList();
		if (!old.isEmpty()) {
			writer.replace(old, null, "", List.of());
		}
		writer.expireDeadLetters(first);
	}

	private static void merge(LakeWriter writer, ParquetFiles files, LocalDate day, List<Manifest.DataFile> old)
			throws IOException, SQLException {
		String name = "merged-" + day + "-" + writer.manifest().generation();
		Path folder = writer.newFolder(name);
		List<Manifest.DataFile> merged = files.merge(old, folder, writer.manifest().hasDifferentColumns(),
				old.stream().map(Manifest.DataFile::firstId).min(Comparator.naturalOrder()).orElseThrow(),
				old.stream().map(Manifest.DataFile::lastId).max(Comparator.naturalOrder()).orElseThrow());
		long before = old.stream().mapToLong(Manifest.DataFile::rows).sum();
		long after = merged.stream().mapToLong(Manifest.DataFile::rows).sum();
		if (before != after) {
			throw new IOException(
					"the merged files of " + day + " would have " + after + " messages instead of " + before);
		}
		writer.replace(old, folder, name, merged);
	}

}

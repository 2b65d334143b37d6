package dev.cairn.analytics;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The content of a lake: what it does not list is not there. Immutable.
 *
 * @param generation the number of commits
 * @param positions the position after the last archived record, by the name of the source
 * and partition
 * @param batches the committed batches, the oldest first
 */
record Manifest(long generation, Map<String, Long> positions, List<Batch> batches) {

	static final Manifest EMPTY = new Manifest(0, Map.of(), List.of());

	Manifest {
		positions = Map.copyOf(positions);
		batches = List.copyOf(batches);
	}

	/** Returns the manifest after another batch. */
	Manifest with(String partition, long end, Batch batch) {
		Map<String, Long> moved = new TreeMap<>(this.positions);
		moved.put(partition, end);
		List<Batch> all = new ArrayList<>(this.batches);
		if (!batch.isEmpty()) {
			all.add(batch);
		}
		return new Manifest(this.generation + 1, moved, all);
	}

	/** Returns the manifest without some files, and with others in their place. */
	Manifest replace(Collection<DataFile> removed, @Nullable Batch added) {
		Set<DataFile> gone = Set.copyOf(removed);
		List<Batch> all = new ArrayList<>();
		this.batches.stream().map((batch) -> batch.without(gone)).filter((batch) -> !batch.isEmpty()).forEach(all::add);
		if (added != null) {
			all.add(added);
		}
		return new Manifest(this.generation + 1, this.positions, all);
	}

	/** Returns the columns that some files have beyond the fixed ones. */
	List<Column> promoted() {
		return this.batches.stream().flatMap((batch) -> batch.promoted().stream()).distinct().toList();
	}

	Stream<DataFile> files(Predicate<DataFile> wanted) {
		return this.batches.stream().flatMap((batch) -> batch.files().stream()).filter(wanted);
	}

	/** Returns whether some files have more columns than others. */
	boolean hasDifferentColumns() {
		return this.batches.stream()
			.filter((batch) -> !batch.files().isEmpty())
			.map(Batch::promoted)
			.distinct()
			.limit(2)
			.count() > 1;
	}

	boolean hasFolder(String name) {
		return this.batches.stream().anyMatch((batch) -> batch.name().equals(name));
	}

	/**
	 * Records of a partition that were archived together.
	 *
	 * @param name the name of the folder
	 * @param promoted the columns of its files beyond the fixed ones
	 * @param files the files
	 * @param deadLetters the name of the file with the records that are no messages, or
	 * {@code null} if all are
	 */
	record Batch(String name, List<Column> promoted, List<DataFile> files, @Nullable String deadLetters) {

		boolean isEmpty() {
			return this.files.isEmpty() && this.deadLetters == null;
		}

		Batch without(Set<DataFile> gone) {
			return new Batch(this.name, this.promoted,
					this.files.stream().filter((file) -> !gone.contains(file)).toList(), this.deadLetters);
		}

	}

	/**
	 * A Parquet file with messages of one day.
	 *
	 * @param path the path below the folder of the lake
	 * @param day the day, in UTC
	 * @param rows the number of messages
	 * @param bytes the size
	 * @param firstId the lowest id, or a lower one
	 * @param lastId the highest id, or a higher one
	 */
	record DataFile(String path, LocalDate day, long rows, long bytes, String firstId, String lastId) {

		DataFile below(String folder) {
			return new DataFile(folder + "/" + this.path, this.day, this.rows, this.bytes, this.firstId, this.lastId);
		}

		boolean mayContain(String first, String last) {
			return this.firstId.compareTo(last) <= 0 && this.lastId.compareTo(first) >= 0;
		}

	}

}

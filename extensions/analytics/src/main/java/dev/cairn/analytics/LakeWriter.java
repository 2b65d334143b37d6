package dev.cairn.analytics;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.cairn.file.Destinations;
import org.jspecify.annotations.Nullable;

/**
 * The one writer of a lake. A batch is there when the manifest lists it: until then, its
 * files are leftovers, which the next writer removes. For one thread.
 */
final class LakeWriter implements Closeable {

	private final Lake lake;

	private final Closeable lease;

	private Manifest manifest;

	LakeWriter(Lake lake, Manifest manifest, Closeable lease) {
		this.lake = lake;
		this.manifest = manifest;
		this.lease = lease;
	}

	Manifest manifest() {
		return this.manifest;
	}

	/** Creates an empty folder to write the files of a batch to. */
	Path newFolder(SourceBatch batch) throws IOException {
		return newFolder(batch.name());
	}

	Path newFolder(String name) throws IOException {
		Path folder = this.lake.folder().resolve(Lake.TEMPORARY + name);
		delete(folder);
		return Files.createDirectory(folder);
	}

	/** Adds a batch, or moves the position only if it contains nothing new. */
	void commit(SourceBatch batch, Path written, WrittenBatch content) throws IOException {
		String name = unusedName(batch);
		String deadLetters = content.deadLetters().isEmpty() ? null : name + ".jsonl";
		if (deadLetters != null) {
			moveDeadLetters(content.deadLetters(), deadLetters);
		}
		List<Manifest.DataFile> files = List.of();
		String folder = Lake.BATCH + name;
		if (content.files().isEmpty()) {
			delete(written);
		}
		else {
			files = content.files().stream().map((file) -> file.below(folder)).toList();
			move(written, folder);
		}
		Manifest next = this.manifest.with(batch.partition(), batch.end(),
				new Manifest.Batch(folder, content.promoted(), files, deadLetters));
		this.lake.replace(next);
		this.manifest = next;
	}

	/**
	 * Replaces files by one folder with the same messages, or by nothing, and deletes
	 * them. Readers that still use the previous manifest fail, and read again.
	 */
	void replace(List<Manifest.DataFile> old, @Nullable Path written, String name, List<Manifest.DataFile> files)
			throws IOException {
		Manifest.Batch batch = null;
		if (written != null) {
			String folder = Lake.BATCH + name;
			batch = new Manifest.Batch(folder, this.manifest.promoted(),
					files.stream().map((file) -> file.below(folder)).toList(), null);
			move(written, folder);
		}
		Manifest next = this.manifest.replace(old, batch);
		this.lake.replace(next);
		this.manifest = next;
		removeUnlisted();
	}

	/** Deletes the dead letters that were written before a day. */
	void expireDeadLetters(LocalDate first) throws IOException {
		List<Manifest.Batch> kept = new ArrayList<>();
		for (Manifest.Batch batch : this.manifest.batches()) {
			String letters = batch.deadLetters();
			boolean expired = letters != null && isOlder(this.lake.deadLetters().resolve(letters), first);
			kept.add(expired ? new Manifest.Batch(batch.name(), batch.promoted(), batch.files(), null) : batch);
		}
		if (!kept.equals(this.manifest.batches())) {
			Manifest next = new Manifest(this.manifest.generation() + 1, this.manifest.positions(),
					kept.stream().filter((batch) -> !batch.isEmpty()).toList());
			this.lake.replace(next);
			this.manifest = next;
			removeUnlisted();
		}
	}

	private static boolean isOlder(Path file, LocalDate day) throws IOException {
		return Files.exists(file)
				&& Files.getLastModifiedTime(file).toInstant().isBefore(day.atStartOfDay(ZoneOffset.UTC).toInstant());
	}

	/** A topic that was deleted and created again has the same offsets once more. */
	private String unusedName(SourceBatch batch) {
		String name = batch.name();
		return this.manifest.hasFolder(Lake.BATCH + name) ? name + "-" + this.manifest.generation() : name;
	}

	private void moveDeadLetters(String lines, String name) throws IOException {
		Path folder = this.lake.deadLetters();
		Destinations.createFolder(folder);
		Path temporary = this.lake.folder().resolve(Lake.TEMPORARY + name);
		Files.writeString(temporary, lines);
		Lake.sync(temporary);
		Files.move(temporary, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
		Lake.syncFolder(folder);
	}

	private void move(Path written, String name) throws IOException {
		try (Stream<Path> all = Files.walk(written)) {
			for (Path path : all.toList()) {
				if (Files.isDirectory(path)) {
					Lake.syncFolder(path);
				}
				else {
					Lake.sync(path);
				}
			}
		}
		Files.move(written, this.lake.folder().resolve(name), StandardCopyOption.ATOMIC_MOVE);
		Lake.syncFolder(this.lake.folder());
	}

	/** Removes what a crash has left. Other files are left alone. */
	void removeLeftovers() throws IOException {
		try (Stream<Path> entries = Files.list(this.lake.folder())) {
			for (Path entry : entries.toList()) {
				if (entry.getFileName().toString().startsWith(Lake.TEMPORARY)) {
					delete(entry);
				}
			}
		}
		removeUnlisted();
	}

	private void removeUnlisted() throws IOException {
		Set<Path> listed = this.manifest.files((file) -> true)
			.map((file) -> this.lake.folder().resolve(file.path()))
			.collect(Collectors.toSet());
		try (Stream<Path> entries = Files.list(this.lake.folder())) {
			for (Path entry : entries.toList()) {
				if (entry.getFileName().toString().startsWith(Lake.BATCH)) {
					deleteUnlisted(entry, listed);
				}
			}
		}
		removeDeadLetters();
	}

	private static void deleteUnlisted(Path folder, Set<Path> listed) throws IOException {
		try (Stream<Path> all = Files.walk(folder)) {
			for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
				if (Files.isDirectory(path) ? isEmpty(path) : !listed.contains(path)) {
					Files.delete(path);
				}
			}
		}
	}

	private static boolean isEmpty(Path folder) throws IOException {
		try (Stream<Path> entries = Files.list(folder)) {
			return entries.findAny().isEmpty();
		}
	}

	private void removeDeadLetters() throws IOException {
		if (Files.isDirectory(this.lake.deadLetters())) {
			Set<@Nullable String> letters = this.manifest.batches()
				.stream()
				.map(Manifest.Batch::deadLetters)
				.filter(Objects::nonNull)
				.collect(Collectors.toSet());
			try (Stream<Path> entries = Files.list(this.lake.deadLetters())) {
				for (Path entry : entries.filter((path) -> !letters.contains(path.getFileName().toString())).toList()) {
					delete(entry);
				}
			}
		}
	}

	static void delete(Path path) throws IOException {
		if (Files.exists(path)) {
			try (Stream<Path> all = Files.walk(path)) {
				for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
					Files.deleteIfExists(each);
				}
			}
		}
	}

	@Override
	public void close() throws IOException {
		this.lease.close();
	}

}

package dev.cairn.analytics;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

import dev.cairn.file.Destinations;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A folder with the archived messages, which only its owner can read: <pre>
 * manifest.json                                          what readers see
 * batch=&lt;topic&gt;-&lt;partition&gt;-&lt;start&gt;-&lt;end&gt;/day=2026-11-28/data_0.parquet
 * dead-letters/&lt;topic&gt;-&lt;partition&gt;-&lt;start&gt;-&lt;end&gt;.jsonl    records that are no messages
 * .tmp-...                                               what is being written
 * .lake.lock                                             held by the writer
 * </pre> Any number of readers may read while one writer writes. Thread-safe.
 */
record Lake(Path folder) {

	static final String BATCH = "batch=";

	static final String TEMPORARY = ".tmp-";

	private static final String MANIFEST = "manifest.json";

	private static final JsonMapper JSON = JsonMapper.builder().build();

	/** Returns what the lake contains now. */
	Manifest manifest() throws IOException {
		Path file = this.folder.resolve(MANIFEST);
		try {
			return JSON.readValue(Files.readAllBytes(file), Manifest.class);
		}
		catch (NoSuchFileException ex) {
			return Manifest.EMPTY;
		}
		catch (JacksonException ex) {
			throw new IOException(file + " is no manifest of a lake: " + ex.getOriginalMessage(), ex);
		}
	}

	/**
	 * Replaces the manifest. Afterwards, a crash of the machine leaves the new one, and
	 * during the call either the old or the new one.
	 */
	void replace(Manifest manifest) throws IOException {
		Path temporary = this.folder.resolve(TEMPORARY + MANIFEST);
		Files.write(temporary, JSON.writeValueAsBytes(manifest));
		sync(temporary);
		Files.move(temporary, this.folder.resolve(MANIFEST), StandardCopyOption.ATOMIC_MOVE);
		syncFolder(this.folder);
	}

	/**
	 * Opens the lake to write, and removes what a crash has left.
	 * @return the writer, or {@code null} if another process or bean writes
	 */
	@Nullable LakeWriter tryWrite() throws IOException {
		Destinations.createFolder(this.folder);
		Closeable lease = Destinations.tryLease(this.folder, "lake");
		if (lease == null) {
			return null;
		}
		try {
			LakeWriter writer = new LakeWriter(this, manifest(), lease);
			writer.removeLeftovers();
			return writer;
		}
		catch (IOException | RuntimeException ex) {
			lease.close();
			throw ex;
		}
	}

	Path deadLetters() {
		return this.folder.resolve("dead-letters");
	}

	static void sync(Path file) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
			channel.force(true);
		}
	}

	/** Makes the names of its files durable, if the system has this. */
	static void syncFolder(Path folder) {
		try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
			channel.force(true);
		}
		catch (IOException ex) {
			// Windows opens no folders, and needs no sync of them
		}
	}

}

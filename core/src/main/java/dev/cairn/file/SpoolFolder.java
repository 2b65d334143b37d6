package dev.cairn.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that a process has for its spool, {@code <name>-0}, {@code <name>-1}..., as
 * long as it holds the lease of it. It takes over the files of terminated processes.
 */
record SpoolFolder(Path folder, FileLease lease) implements Closeable {

	private static final Logger logger = LoggerFactory.getLogger(SpoolFolder.class);

	private static final int MAX_PROCESSES = 64;

	/** The number of the first file, in the middle so that there is room before it. */
	private static final long FIRST = 5_000_000_000_000L;

	private static final Pattern SEGMENT = Pattern.compile("\\d{13}\\.spool");

	private static final String SET_ASIDE = ".set-aside";

	private static final long MAX_CORRUPT = 16L * 1024 * 1024;

	/** Acquires the first free folder. */
	static SpoolFolder acquire(Path directory, String name) throws IOException {
		PrivateFiles.createFolder(directory);
		FileLease lease = FileLease.acquire(directory, (process) -> name + "-" + process, PrivateFiles::isFolderOrFree);
		return new SpoolFolder(directory.resolve(lease.file()), lease);
	}

	/** Returns all segments, first those of this folder, and then those taken over. */
	Deque<Segment> load(Path directory, String name) throws IOException {
		PrivateFiles.createFolder(this.folder);
		Deque<Segment> segments = new ArrayDeque<>();
		try {
			for (Path path : files(this.folder)) {
				load(path, segments);
			}
			for (int process = 0; process < MAX_PROCESSES; process++) {
				takeOver(directory, name + "-" + process, segments);
			}
			return segments;
		}
		catch (IOException | RuntimeException ex) {
			for (Segment segment : segments) {
				segment.close();
			}
			throw ex;
		}
	}

	/** Sets aside files that are no segments, or cannot be read. */
	private static void load(Path path, Deque<Segment> segments) {
		try {
			segments.add(Segment.open(path));
		}
		catch (IOException | RuntimeException ex) {
			Path aside = path.resolveSibling(path.getFileName() + "-" + System.currentTimeMillis() + SET_ASIDE);
			logger.warn("Cairn: cannot read {}: {}. It is moved to {}", path, ex.toString(), aside.getFileName());
			try {
				Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
			}
			catch (IOException failure) {
				logger.warn("Cairn: cannot move {}: {}", path, failure.toString());
			}
		}
	}

	private void takeOver(Path directory, String other, Deque<Segment> segments) {
		Path left = directory.resolve(other);
		try (FileLease free = Files.exists(left, LinkOption.NOFOLLOW_LINKS)
				? FileLease.tryAcquire(directory, other, PrivateFiles::isFolderOrFree) : null) {
			for (Path path : (free != null) ? files(left) : List.<Path>of()) {
				load(Files.move(path, after(segments.peekLast()), StandardCopyOption.ATOMIC_MOVE), segments);
				logger.info("Cairn: recovered {} left behind by a terminated process", path);
			}
		}
		catch (IOException ex) {
			logger.warn("Cairn: cannot take over {}, left behind by a terminated process: {}", left, ex.toString());
		}
	}

	private static List<Path> files(Path folder) throws IOException {
		try (Stream<Path> files = Files.list(folder)) {
			return files.filter((path) -> SEGMENT.matcher(path.getFileName().toString()).matches()).sorted().toList();
		}
	}

	/** Returns the file behind a segment, or behind none. The folder may be deleted. */
	Path after(@Nullable Segment last) throws IOException {
		PrivateFiles.createFolder(this.folder);
		return file((last != null) ? number(last) + 1 : FIRST);
	}

	Path before(@Nullable Segment first) {
		return file((first != null) ? number(first) - 1 : FIRST);
	}

	private Path file(long number) {
		return this.folder.resolve(number + ".spool");
	}

	private static long number(Segment segment) {
		String file = segment.path().getFileName().toString();
		return Long.parseLong(file.substring(0, file.indexOf('.')));
	}

	void setAside(byte[] rec) {
		Path corrupt = this.folder.resolve("corrupt");
		try {
			if (!Files.exists(corrupt) || Files.size(corrupt) + rec.length < MAX_CORRUPT) {
				PrivateFiles.append(corrupt, rec);
				PrivateFiles.append(corrupt, new byte[] { '\n' });
			}
		}
		catch (IOException ex) {
			logger.debug("Cairn: failed to move a damaged record to {}: {}", corrupt, ex.toString());
		}
	}

	@Override
	public void close() throws IOException {
		this.lease.close();
	}

}

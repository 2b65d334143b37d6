package dev.cairn.file;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A folder with a named pipe for each process, {@code <pid>.stats}, and
 * {@code <pid>-2.stats} for a second one of the same process.
 *
 * @param path the path of the folder
 */
public record PipeFolder(Path path) {

	private static final Pattern NAME = Pattern.compile("(\\d{1,18})(?:-\\d+)?\\.(?:stats|port)");

	/** The times of files and of processes come from different clocks. */
	private static final Duration TOLERANCE = Duration.ofMinutes(1);

	/**
	 * Creates a folder that only its owner can use, unless it exists.
	 * @param path the path of the folder
	 * @return the folder
	 * @throws IOException if it cannot be created, belongs to another user, or others may
	 * write to it
	 */
	public static PipeFolder own(Path path) throws IOException {
		PrivateFiles.createFolder(path);
		if (!PrivateFiles.isFolderOrFree(path)) {
			throw new FileSystemException(path.toString(), null,
					"it is no folder, belongs to another user, or cannot be used");
		}
		if (PrivateFiles.hasPermissions(path)
				&& Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_WRITE)) {
			throw new FileSystemException(path.toString(), null, "other users can write to it");
		}
		return new PipeFolder(path);
	}

	/**
	 * Returns the path of a pipe of this process.
	 * @param number the number of the pipe, from 1
	 * @return the path
	 */
	public Path pipe(int number) {
		long pid = ProcessHandle.current().pid();
		return this.path.resolve(pid + ((number > 1) ? "-" + number : "") + ".stats");
	}

	/**
	 * Returns all entries of the folder.
	 * @return the paths, sorted
	 * @throws IOException if the folder cannot be read
	 */
	public List<Path> entries() throws IOException {
		List<Path> entries = new ArrayList<>();
		try (DirectoryStream<Path> stream = Files.newDirectoryStream(this.path)) {
			stream.forEach(entries::add);
		}
		entries.sort(null);
		return entries;
	}

	/**
	 * Deletes the pipes of terminated processes.
	 * @throws IOException if the folder cannot be read
	 */
	public void removeStale() throws IOException {
		for (Path entry : entries()) {
			if (isPipe(entry)) {
				deleteIfStale(entry);
			}
		}
	}

	/**
	 * Returns whether a path is a named pipe, and not a link to one.
	 * @param path the path
	 * @return whether it is a pipe
	 */
	public static boolean isPipe(Path path) {
		try {
			return attributes(path).isOther();
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Deletes a file whose name is the id of a process that has terminated, and which
	 * belongs to this user. A slow process has not.
	 * @param path the path of the file
	 * @return whether the file is stale; it may still exist if it cannot be deleted
	 */
	public static boolean deleteIfStale(Path path) {
		try {
			if (!isStale(path)) {
				return false;
			}
			if (PrivateFiles.isOfUser(path)) {
				delete(path);
			}
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Ends the wait of readers, which have no other way to see that there is no writer.
	 */
	private static void delete(Path path) throws IOException {
		if (!attributes(path).isOther()) {
			Files.deleteIfExists(path);
			return;
		}
		try (FileChannel writer = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE,
				LinkOption.NOFOLLOW_LINKS)) {
			Files.deleteIfExists(path);
		}
	}

	/** Another process may have got the id since the file was written. */
	private static boolean isStale(Path path) throws IOException {
		Matcher name = NAME.matcher(path.getFileName().toString());
		if (!name.matches()) {
			return false;
		}
		Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(name.group(1)));
		if (process.isEmpty() || !process.get().isAlive()) {
			return true;
		}
		// A container that was restarted has the same id within a moment
		boolean own = process.get().equals(ProcessHandle.current());
		Instant written = attributes(path).lastModifiedTime().toInstant().plus(own ? Duration.ZERO : TOLERANCE);
		return process.get().info().startInstant().filter((start) -> start.isAfter(written)).isPresent();
	}

	private static BasicFileAttributes attributes(Path path) throws IOException {
		return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
	}

	/**
	 * The names of the lines in a pipe, as statvent has them.
	 */
	public static final class Lines {

		/** The percentiles by the labels that statvent gives them, in its order. */
		public static final Map<String, Double> PERCENTILES = percentiles();

		private Lines() {
		}

		private static Map<String, Double> percentiles() {
			Map<String, Double> percentiles = new LinkedHashMap<>();
			percentiles.put("median", 0.5);
			percentiles.put("95th", 0.95);
			percentiles.put("99th", 0.99);
			percentiles.put("100th", 1.0);
			return Collections.unmodifiableMap(percentiles);
		}

		/**
		 * Returns the name of one of several values of a meter.
		 * @param name the name of the meter, in which {@code {0}} stands for the label
		 * @param label the label of the value
		 * @return the name of the line
		 */
		public static String labelled(String name, String label) {
			return name.contains("{0}") ? name.replace("{0}", label) : name + "." + label;
		}

		/**
		 * Returns the label of a bucket. A reader finds the bucket by its bound, so the
		 * bound is exact.
		 * @param upperBound the upper bound of the bucket
		 * @param digits the number of decimal digits by which the unit of the line is
		 * greater than that of the bound
		 * @return the label
		 */
		public static String bucket(double upperBound, int digits) {
			return "bucket." + new BigDecimal(upperBound).movePointLeft(digits).stripTrailingZeros().toPlainString();
		}

	}

}

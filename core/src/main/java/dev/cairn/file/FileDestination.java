package dev.cairn.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.cairn.delivery.Delivery;
import dev.cairn.delivery.Destination;
import dev.cairn.encoding.MessageEncoder;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages to a file of whole JSON lines, the first of {@code events.jsonl},
 * {@code events-1.jsonl}... that no other destination holds. It rolls over to
 * {@code events.<time>.jsonl} when it is large; the oldest files are deleted.
 */
final class FileDestination implements Destination {

	private static final String SUFFIX = ".jsonl";

	/** The size of one write, so that a batch is not in memory twice. */
	private static final int CHUNK = 1024 * 1024;

	private static final DateTimeFormatter ROLLED = DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss-SSSSSS")
		.withZone(ZoneOffset.UTC);

	private static final String ROLLED_PATTERN = "\\.\\d{8}-\\d{6}-\\d{6}";

	private final Path folder;

	private final MessageEncoder encoder;

	private final int maxBytes;

	private final long maxFileSize;

	private final int maxFiles;

	private @Nullable FileLease lease;

	private @Nullable LineFile file;

	FileDestination(Path folder, MessageEncoder encoder, int maxBytes, long maxFileSize, int maxFiles) {
		if (maxFileSize < maxBytes || maxFiles < 1) {
			throw new IllegalArgumentException("a file must hold at least one message of " + maxBytes
					+ " bytes, but the limits were " + maxFileSize + " bytes and " + maxFiles + " files");
		}
		this.folder = folder;
		this.encoder = encoder;
		this.maxBytes = maxBytes;
		this.maxFileSize = maxFileSize;
		this.maxFiles = maxFiles;
	}

	@Override
	public void submit(List<Delivery> batch) throws IOException {
		LineFile current = open();
		ByteArrayOutputStream lines = new ByteArrayOutputStream();
		List<Line> written = new ArrayList<>();
		for (Delivery delivery : batch) {
			byte[] line = delivery.encode(this.encoder, this.maxBytes);
			if (line == null) {
				continue;
			}
			boolean full = current.length() + lines.size() + line.length + 1 > this.maxFileSize;
			if (full || lines.size() >= CHUNK) {
				write(current, lines, written);
			}
			if (full && current.length() > 0) {
				current = rollOver(current);
			}
			lines.writeBytes(line);
			lines.write('\n');
			written.add(new Line(delivery, lines.size()));
		}
		write(current, lines, written);
	}

	private void write(LineFile current, ByteArrayOutputStream lines, List<Line> written) throws IOException {
		long before = current.length();
		try {
			current.append(lines.toByteArray());
			written.forEach((line) -> line.delivery().delivered());
		}
		catch (IOException ex) {
			written.stream()
				.filter((line) -> before + line.end() <= current.length())
				.forEach((line) -> line.delivery().delivered());
			close(ex);
			throw ex;
		}
		written.clear();
		lines.reset();
	}

	private void close(IOException reason) {
		try {
			close();
		}
		catch (IOException ex) {
			reason.addSuppressed(ex);
		}
	}

	private LineFile open() throws IOException {
		LineFile open = this.file;
		if (open != null && open.isStillThere()) {
			return open;
		}
		close();
		PrivateFiles.createFolder(this.folder);
		FileLease held = FileLease.acquire(this.folder,
				(number) -> ((number != 0) ? "events-" + number : "events") + SUFFIX, PrivateFiles::isFileOrFree);
		this.lease = held;
		return openFile(this.folder.resolve(held.file()));
	}

	private LineFile openFile(Path path) throws IOException {
		LineFile open = LineFile.open(path);
		this.file = open;
		open.cutHalfLine(Math.max(this.maxBytes, CHUNK));
		return open;
	}

	private LineFile rollOver(LineFile full) throws IOException {
		closeFile();
		String name = full.path().getFileName().toString();
		String base = name.substring(0, name.length() - SUFFIX.length());
		Files.move(full.path(), unusedName(base), StandardCopyOption.ATOMIC_MOVE);
		deleteOldest(base);
		return openFile(full.path());
	}

	/** An atomic move would overwrite a file of that name. */
	private Path unusedName(String base) {
		return Stream.iterate(Instant.now(), (time) -> time.plus(1, ChronoUnit.MICROS))
			.map((time) -> this.folder.resolve(base + "." + ROLLED.format(time) + SUFFIX))
			.dropWhile(Files::exists)
			.findFirst()
			.orElseThrow();
	}

	/** Only files that were rolled over: the folder may have others. */
	private void deleteOldest(String base) throws IOException {
		Pattern rolled = Pattern.compile(Pattern.quote(base) + ROLLED_PATTERN + Pattern.quote(SUFFIX));
		try (Stream<Path> files = Files.list(this.folder)) {
			List<Path> old = files.filter((path) -> rolled.matcher(path.getFileName().toString()).matches())
				.sorted(Comparator.comparing((Path path) -> path.getFileName().toString()).reversed())
				.skip(this.maxFiles - 1L)
				.toList();
			for (Path path : old) {
				Files.deleteIfExists(path);
			}
		}
	}

	@Override
	public void close() throws IOException {
		try (FileLease held = this.lease) {
			this.lease = null;
			closeFile();
		}
	}

	private void closeFile() throws IOException {
		try (LineFile open = this.file) {
			this.file = null;
		}
	}

	/** A line, and its end from the beginning of the write. */
	private record Line(Delivery delivery, int end) {
	}

}

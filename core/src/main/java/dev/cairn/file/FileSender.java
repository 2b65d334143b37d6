package dev.cairn.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.cairn.delivery.BatchSender;
import dev.cairn.delivery.Delivery;
import dev.cairn.delivery.Lines;
import dev.cairn.delivery.Lines.Line;
import dev.cairn.encoding.MessageEncoder;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages to a file of JSON lines in a folder, {@code events.jsonl}, which rolls
 * over to {@code events.<time>.jsonl} when it is large; the oldest ones are deleted. Each
 * sender has its file to itself: when another one holds {@code events.jsonl}, the next
 * free name is taken ({@code events-1.jsonl}...). A line is either whole or not there: a
 * write that fails is taken back, and so is half a line that a crash has left.
 */
public final class FileSender implements BatchSender {

	private static final String SUFFIX = ".jsonl";

	private static final int MAX_SENDERS = 64;

	/** More is written in several steps, to be kept in memory once. */
	private static final int CHUNK = 1024 * 1024;

	private static final DateTimeFormatter ROLLED = DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss-SSSSSS")
		.withZone(ZoneOffset.UTC);

	private static final String ROLLED_PATTERN = "\\.\\d{8}-\\d{6}-\\d{6}";

	private final Path folder;

	private final MessageEncoder encoder;

	private final int maxBytes;

	private final long maxFileSize;

	private final int maxFiles;

	private String base = "events";

	private @Nullable FileLease lease;

	private @Nullable FileChannel file;

	/** Tells the file that is open from another one of its name; not on every system. */
	private @Nullable Object fileKey;

	/**
	 * Create a sender. The folder is made when the first message comes.
	 * @param folder where the files are
	 * @param encoder writes the lines
	 * @param maxBytes how long a line may be
	 * @param maxFileSize when to roll over, in bytes
	 * @param maxFiles how many files to keep, the current one included
	 */
	public FileSender(Path folder, MessageEncoder encoder, int maxBytes, long maxFileSize, int maxFiles) {
		if (maxFileSize < maxBytes || maxFiles < 1) {
			throw new IllegalArgumentException("a file must hold at least one message of " + maxBytes
					+ " bytes and there must be at least one file, but the limits were " + maxFileSize + " bytes and "
					+ maxFiles + " files");
		}
		this.folder = folder;
		this.encoder = encoder;
		this.maxBytes = maxBytes;
		this.maxFileSize = maxFileSize;
		this.maxFiles = maxFiles;
	}

	@Override
	public void send(List<Delivery> batch) throws IOException {
		ByteArrayOutputStream pending = new ByteArrayOutputStream();
		FileChannel current = open();
		long size = current.size();
		List<Line> lines = Lines.encode(batch, this.encoder, this.maxBytes);
		int from = 0;
		for (int i = 0; i < lines.size(); i++) {
			byte[] bytes = lines.get(i).bytes();
			boolean full = size + pending.size() + bytes.length + 1 > this.maxFileSize;
			if ((full || pending.size() >= CHUNK) && size + pending.size() > 0) {
				size += write(current, pending, lines.subList(from, i));
				from = i;
			}
			if (full && size > 0) {
				current = rollOver();
				size = 0;
			}
			pending.writeBytes(bytes);
			pending.write('\n');
		}
		write(current, pending, lines.subList(from, lines.size()));
	}

	private long write(FileChannel current, ByteArrayOutputStream pending, List<Line> lines) throws IOException {
		long before = current.size();
		ByteBuffer bytes = ByteBuffer.wrap(pending.toByteArray());
		try {
			current.position(before);
			while (bytes.hasRemaining()) {
				current.write(bytes);
			}
		}
		catch (IOException ex) {
			keepWholeLines(current, before, bytes.position(), lines, ex);
			throw ex;
		}
		pending.reset();
		lines.forEach(Line::delivered);
		return bytes.limit();
	}

	/** A disk that gets full takes the beginning of what it is given. */
	private void keepWholeLines(FileChannel current, long before, int written, List<Line> lines, IOException reason) {
		int end = 0;
		for (Line line : lines) {
			int next = end + line.bytes().length + 1;
			if (next > written) {
				break;
			}
			end = next;
			line.delivered();
		}
		try {
			current.truncate(before + end);
		}
		catch (IOException ex) {
			reason.addSuppressed(ex);
		}
		finally {
			closeQuietly(reason);
		}
	}

	private void closeQuietly(IOException reason) {
		try {
			close();
		}
		catch (IOException ex) {
			reason.addSuppressed(ex);
		}
	}

	private FileChannel open() throws IOException {
		FileChannel open = this.file;
		// An interrupt closes a channel, and whoever tidies up may take the file away
		if (open != null && open.isOpen() && isStillThere()) {
			return open;
		}
		close();
		if (!Files.isDirectory(this.folder)) {
			Files.createDirectories(this.folder);
		}
		for (int sender = 0; sender < MAX_SENDERS; sender++) {
			this.base = (sender != 0) ? "events-" + sender : "events";
			this.lease = FileLease.tryAcquire(this.folder, this.base + SUFFIX);
			if (this.lease != null) {
				return openFile();
			}
		}
		throw new IOException("all of " + MAX_SENDERS + " files in " + this.folder + " are held by other senders");
	}

	private FileChannel openFile() throws IOException {
		FileChannel fresh = FileChannel.open(current(), StandardOpenOption.CREATE, StandardOpenOption.READ,
				StandardOpenOption.WRITE);
		this.file = fresh;
		this.fileKey = keyOf(current());
		takeBackHalfLine(fresh);
		return fresh;
	}

	private boolean isStillThere() throws IOException {
		try {
			return Objects.equals(keyOf(current()), this.fileKey);
		}
		catch (NoSuchFileException ex) {
			return false;
		}
	}

	private static @Nullable Object keyOf(Path path) throws IOException {
		return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
	}

	/**
	 * Cut off what stands behind the last line feed. What is longer than any line is not
	 * of a crash: it is left alone, and the next line begins below it.
	 */
	private void takeBackHalfLine(FileChannel channel) throws IOException {
		long end = channel.size();
		ByteBuffer tail = ByteBuffer.allocate((int) Math.min(end, Math.max(this.maxBytes, CHUNK) + 1L));
		long start = end - tail.capacity();
		while (tail.hasRemaining() && channel.read(tail, start + tail.position()) >= 0) {
			// Until the tail is full
		}
		int behind = tail.position();
		while (behind > 0 && tail.get(behind - 1) != '\n') {
			behind--;
		}
		if (behind > 0 || start == 0) {
			channel.truncate(start + behind);
		}
		else {
			channel.write(ByteBuffer.wrap(new byte[] { '\n' }), end);
		}
	}

	private Path current() {
		return this.folder.resolve(this.base + SUFFIX);
	}

	private FileChannel rollOver() throws IOException {
		closeFile();
		Files.move(current(), unusedName(), StandardCopyOption.ATOMIC_MOVE);
		deleteOldest();
		return openFile();
	}

	/** An atomic move would overwrite a file of that name. */
	private Path unusedName() {
		Instant time = Instant.now();
		Path name = rolled(time);
		while (Files.exists(name)) {
			time = time.plus(1, ChronoUnit.MICROS);
			name = rolled(time);
		}
		return name;
	}

	private Path rolled(Instant time) {
		return this.folder.resolve(this.base + "." + ROLLED.format(time) + SUFFIX);
	}

	/** Only files that were rolled over: the folder may hold others. */
	private void deleteOldest() throws IOException {
		Pattern rolled = Pattern.compile(Pattern.quote(this.base) + ROLLED_PATTERN + Pattern.quote(SUFFIX));
		try (Stream<Path> files = Files.list(this.folder)) {
			List<Path> newestFirst = files.filter((path) -> rolled.matcher(path.getFileName().toString()).matches())
				.sorted(Comparator.comparing((Path path) -> path.getFileName().toString()).reversed())
				.toList();
			for (Path oldest : newestFirst.subList(Math.min(newestFirst.size(), this.maxFiles - 1),
					newestFirst.size())) {
				Files.deleteIfExists(oldest);
			}
		}
	}

	@Override
	public void close() throws IOException {
		FileLease held = this.lease;
		this.lease = null;
		try {
			closeFile();
		}
		finally {
			if (held != null) {
				held.close();
			}
		}
	}

	private void closeFile() throws IOException {
		FileChannel open = this.file;
		this.file = null;
		if (open != null) {
			open.close();
		}
	}

}

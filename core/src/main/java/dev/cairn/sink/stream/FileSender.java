package dev.cairn.sink.stream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import dev.cairn.Message;
import dev.cairn.sink.BatchSender;
import dev.cairn.sink.Delivery;
import dev.cairn.sink.Lines;
import dev.cairn.sink.Lines.Line;
import dev.cairn.sink.MessageEncoder;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages to a file of JSON lines in a folder, {@code events.jsonl}, which rolls
 * over to {@code events.<time>.jsonl} when it is large; the oldest ones are deleted. Each
 * process has its file to itself: when another one holds {@code events.jsonl}, the next
 * free name is taken ({@code events-1.jsonl}...). A line is either whole or not there: a
 * write that fails is taken back, and so is half a line that a crash has left.
 */
public final class FileSender implements BatchSender<Message> {

	private static final String SUFFIX = ".jsonl";

	private static final int MAX_PROCESSES = 64;

	private static final DateTimeFormatter ROLLED = DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss-SSSSSS")
		.withZone(ZoneOffset.UTC);

	private final Path folder;

	private final MessageEncoder encoder;

	private final int maxBytes;

	private final long maxFileSize;

	private final int maxFiles;

	private String base = "events";

	private @Nullable FileChannel file;

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
	public void send(List<Delivery<Message>> batch) throws IOException {
		ByteArrayOutputStream pending = new ByteArrayOutputStream();
		FileChannel current = open();
		long size = current.size();
		List<Line> lines = Lines.encode(batch, this.encoder, this.maxBytes);
		int from = 0;
		for (int i = 0; i < lines.size(); i++) {
			byte[] bytes = lines.get(i).bytes();
			if (size + pending.size() + bytes.length + 1 > this.maxFileSize && size + pending.size() > 0) {
				write(current, pending, lines.subList(from, i));
				from = i;
				current = rollOver(current);
				size = 0;
			}
			pending.writeBytes(bytes);
			pending.write('\n');
		}
		write(current, pending, lines.subList(from, lines.size()));
	}

	private void write(FileChannel current, ByteArrayOutputStream pending, List<Line> lines) throws IOException {
		long before = current.size();
		try {
			ByteBuffer bytes = ByteBuffer.wrap(pending.toByteArray());
			current.position(before);
			while (bytes.hasRemaining()) {
				current.write(bytes);
			}
		}
		catch (IOException ex) {
			takeBack(current, before, ex);
			throw ex;
		}
		pending.reset();
		lines.forEach(Line::delivered);
	}

	private void takeBack(FileChannel current, long size, IOException reason) {
		try {
			current.truncate(size);
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
		if (open != null && Files.exists(current())) {
			return open;
		}
		close();
		Files.createDirectories(this.folder);
		for (int process = 0; process < MAX_PROCESSES; process++) {
			this.base = (process != 0) ? "events-" + process : "events";
			FileChannel locked = lock(current());
			if (locked != null) {
				this.file = locked;
				takeBackHalfLine(locked);
				return locked;
			}
		}
		throw new IOException("all of " + MAX_PROCESSES + " files in " + this.folder + " are held by other processes");
	}

	private static @Nullable FileChannel lock(Path path) throws IOException {
		FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ,
				StandardOpenOption.WRITE);
		try {
			if (channel.tryLock() != null) {
				return channel;
			}
		}
		catch (OverlappingFileLockException ex) {
			// Held by this very process
		}
		channel.close();
		return null;
	}

	private static void takeBackHalfLine(FileChannel channel) throws IOException {
		long end = channel.size();
		ByteBuffer one = ByteBuffer.allocate(1);
		while (end > 0) {
			one.clear();
			channel.read(one, end - 1);
			if (one.get(0) == '\n') {
				break;
			}
			end--;
		}
		channel.truncate(end);
	}

	private Path current() {
		return this.folder.resolve(this.base + SUFFIX);
	}

	private FileChannel rollOver(FileChannel current) throws IOException {
		Path rolled = this.folder.resolve(this.base + "." + ROLLED.format(Instant.now()) + SUFFIX);
		Files.move(current(), rolled, StandardCopyOption.ATOMIC_MOVE);
		current.close();
		this.file = null;
		deleteOldest();
		return open();
	}

	private void deleteOldest() throws IOException {
		try (Stream<Path> files = Files.list(this.folder)) {
			List<Path> rolled = files.filter((path) -> path.getFileName().toString().startsWith(this.base + "."))
				.filter((path) -> !path.equals(current()))
				.sorted(Comparator.comparing((Path path) -> path.getFileName().toString()).reversed())
				.toList();
			for (Path oldest : rolled.subList(Math.min(rolled.size(), this.maxFiles - 1), rolled.size())) {
				Files.deleteIfExists(oldest);
			}
		}
	}

	@Override
	public void close() throws IOException {
		FileChannel open = this.file;
		this.file = null;
		if (open != null) {
			open.close();
		}
	}

}

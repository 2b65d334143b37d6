package dev.cairn.file;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One file of a spool, of {@link SpoolLine lines}: the first line has the position of the
 * oldest record, the others are the records. For one thread at a time.
 */
final class Segment implements Closeable {

	private static final String MAGIC = "cairn-spool 1 ";

	private static final int OFFSET_DIGITS = 12;

	private static final int HEADER = MAGIC.length() + OFFSET_DIGITS + SpoolLine.OVERHEAD;

	private static final long MAX_LENGTH = 8L * 1024 * 1024;

	private static final int BUFFER = 64 * 1024;

	private final LineFile file;

	/** The position of the oldest record. */
	private long start;

	/** The position of the next line to read. */
	private long position;

	/** The number of lines from {@link #start} on. */
	private long lines;

	private byte[] buffer = new byte[0];

	private int bufferPosition;

	private Segment(LineFile file) {
		this.file = file;
	}

	static Segment create(Path path) throws IOException {
		Segment segment = new Segment(LineFile.open(path));
		try {
			segment.file.truncate(0);
			segment.start(HEADER);
			segment.position = HEADER;
			return segment;
		}
		catch (IOException ex) {
			segment.delete();
			throw ex;
		}
	}

	/** Opens a file of another process. A line that it has not ended counts as one. */
	static Segment open(Path path) throws IOException {
		Segment segment = new Segment(LineFile.open(path));
		try {
			byte[] header = segment.file.read(0, (int) Math.min(HEADER, segment.length()));
			segment.start = Math.min(startOf(header), segment.length());
			segment.position = segment.start;
			segment.lines = segment.count();
			return segment;
		}
		catch (IOException ex) {
			segment.close();
			throw ex;
		}
	}

	/**
	 * Returns the position of the oldest record that is not delivered, which may be
	 * behind the end. If the first line is damaged, it is the beginning of the file.
	 */
	static long startOf(byte[] content) {
		int length = Math.min(HEADER, content.length);
		byte[] rec = (length == HEADER) ? SpoolLine.recordOf(Arrays.copyOf(content, HEADER - 1)) : null;
		if (rec == null) {
			return length;
		}
		String text = new String(rec, StandardCharsets.US_ASCII);
		return text.startsWith(MAGIC) ? Long.parseLong(text.substring(MAGIC.length())) : HEADER;
	}

	private long count() throws IOException {
		long counted = 0;
		byte last = '\n';
		for (long at = this.start; at < length(); at += BUFFER) {
			byte[] block = this.file.read(at, (int) Math.min(BUFFER, length() - at));
			for (byte each : block) {
				if (each == '\n') {
					counted++;
				}
			}
			last = block[block.length - 1];
		}
		return (last != '\n') ? counted + 1 : counted;
	}

	static long lengthOf(List<byte[]> records) {
		return records.stream().mapToLong((rec) -> rec.length + SpoolLine.OVERHEAD).sum();
	}

	/** Appends all records, or none. */
	void append(List<byte[]> records) throws IOException {
		ByteArrayOutputStream written = new ByteArrayOutputStream();
		for (byte[] rec : records) {
			written.writeBytes(SpoolLine.of(rec));
		}
		long before = length();
		try {
			this.file.append(written.toByteArray());
		}
		catch (IOException ex) {
			this.file.truncate(before);
			throw ex;
		}
		this.lines += records.size();
	}

	void force() throws IOException {
		this.file.force();
	}

	/** Returns the next line without its line feed, {@code null} at the end. */
	byte @Nullable [] readLine() throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream(512);
		while (this.position < length()) {
			if (this.bufferPosition == this.buffer.length) {
				fill();
			}
			int from = this.bufferPosition;
			int to = from;
			while (to < this.buffer.length && this.buffer[to] != '\n') {
				to++;
			}
			line.write(this.buffer, from, to - from);
			boolean ended = to < this.buffer.length;
			this.bufferPosition = ended ? to + 1 : to;
			this.position += this.bufferPosition - from;
			if (ended || this.position == length()) {
				return line.toByteArray();
			}
		}
		return null;
	}

	private void fill() throws IOException {
		this.buffer = this.file.read(this.position, (int) Math.min(BUFFER, length() - this.position));
		this.bufferPosition = 0;
	}

	/** The position of the next line to read. */
	long position() {
		return this.position;
	}

	/** Records that all lines up to a position are delivered. */
	void start(long position) throws IOException {
		this.start = position;
		String digits = String.valueOf(position);
		String header = MAGIC + "0".repeat(OFFSET_DIGITS - digits.length()) + digits;
		this.file.write(0, SpoolLine.of(header.getBytes(StandardCharsets.US_ASCII)));
	}

	void removed(int number) {
		this.lines -= number;
	}

	long lines() {
		return this.lines;
	}

	long length() {
		return this.file.length();
	}

	boolean isFull() {
		return length() > MAX_LENGTH;
	}

	Path path() {
		return this.file.path();
	}

	@Override
	public void close() throws IOException {
		this.file.close();
	}

	void delete() throws IOException {
		close();
		Files.deleteIfExists(path());
	}

}

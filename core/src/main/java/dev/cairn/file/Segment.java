package dev.cairn.file;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One file of a spool, of {@link SpoolLine lines}: the first one says how far it has been
 * read, the others are the records. Not closed by interrupts. For one thread at a time.
 */
final class Segment implements Closeable {

	private static final String MAGIC = "cairn-spool 1 ";

	private static final int OFFSET_DIGITS = 12;

	private static final int HEADER = MAGIC.length() + OFFSET_DIGITS + SpoolLine.OVERHEAD;

	private static final int BUFFER = 64 * 1024;

	private final Path path;

	private final RandomAccessFile file;

	/** Where the next record is written, in bytes. */
	private long end;

	/** Where the oldest record begins that is still wanted. */
	private long start;

	/** Where the next line is read. */
	private long position;

	/** How many lines there are from {@link #start} on. */
	private long lines;

	private volatile boolean closed;

	private byte[] buffer = new byte[0];

	private int bufferPosition;

	private Segment(Path path, RandomAccessFile file) {
		this.path = path;
		this.file = file;
	}

	static Segment create(Path path) throws IOException {
		Segment segment = new Segment(path, new RandomAccessFile(path.toFile(), "rw"));
		try {
			segment.file.setLength(0);
			segment.start(HEADER);
			segment.end = HEADER;
			segment.position = HEADER;
			return segment;
		}
		catch (IOException ex) {
			segment.close();
			Files.deleteIfExists(path);
			throw ex;
		}
	}

	/**
	 * Open what another process has written. A line that it has not ended counts as one.
	 */
	static Segment open(Path path) throws IOException {
		Segment segment = new Segment(path, new RandomAccessFile(path.toFile(), "rw"));
		try {
			segment.end = segment.file.length();
			segment.start = Math.min(segment.readStart(), segment.end);
			segment.position = segment.start;
			segment.lines = segment.count();
			return segment;
		}
		catch (IOException ex) {
			segment.close();
			throw ex;
		}
	}

	private long readStart() throws IOException {
		byte[] header = new byte[(int) Math.min(HEADER, this.end)];
		this.file.seek(0);
		this.file.readFully(header);
		return startOf(header);
	}

	/**
	 * Return where the oldest record begins that is still wanted. From the beginning
	 * where the first line is damaged: twice is better than never.
	 * @param content the content of the file, or the beginning of it
	 * @return a position, which may be behind the end
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
		byte[] block = new byte[BUFFER];
		byte last = '\n';
		this.file.seek(this.start);
		for (int read = this.file.read(block); read > 0; read = this.file.read(block)) {
			for (int i = 0; i < read; i++) {
				if (block[i] == '\n') {
					counted++;
				}
			}
			last = block[read - 1];
		}
		return (last != '\n') ? counted + 1 : counted;
	}

	/**
	 * Add all or nothing: a disk that gets full takes the beginning of what it is given.
	 */
	void append(List<byte[]> records) throws IOException {
		ByteArrayOutputStream written = new ByteArrayOutputStream();
		for (byte[] rec : records) {
			written.writeBytes(SpoolLine.of(rec));
		}
		try {
			this.file.seek(this.end);
			this.file.write(written.toByteArray());
		}
		catch (IOException ex) {
			takeBack(ex);
			throw ex;
		}
		this.end += written.size();
		this.lines += records.size();
	}

	private void takeBack(IOException reason) {
		try {
			this.file.setLength(this.end);
		}
		catch (IOException ex) {
			reason.addSuppressed(ex);
		}
	}

	/** What was delivered and deleted meanwhile needs no medium any more. */
	void force() throws IOException {
		try {
			this.file.getFD().sync();
		}
		catch (IOException ex) {
			if (!this.closed) {
				throw ex;
			}
		}
	}

	/**
	 * Return the next line, without its line feed.
	 * @return the line, or {@code null} at the end
	 */
	byte @Nullable [] readLine() throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream(512);
		while (this.position < this.end) {
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
			if (ended || this.position == this.end) {
				return line.toByteArray();
			}
		}
		return null;
	}

	private void fill() throws IOException {
		byte[] block = new byte[(int) Math.min(BUFFER, this.end - this.position)];
		this.file.seek(this.position);
		this.file.readFully(block);
		this.buffer = block;
		this.bufferPosition = 0;
	}

	/** Where the next line is read. */
	long position() {
		return this.position;
	}

	/** Write down that all lines up to a position are done with. */
	void start(long position) throws IOException {
		this.start = position;
		String digits = String.valueOf(position);
		String header = MAGIC + "0".repeat(OFFSET_DIGITS - digits.length()) + digits;
		this.file.seek(0);
		this.file.write(SpoolLine.of(header.getBytes(StandardCharsets.US_ASCII)));
	}

	void removed(int number) {
		this.lines -= number;
	}

	long lines() {
		return this.lines;
	}

	/** In bytes. */
	long length() {
		return this.end;
	}

	Path path() {
		return this.path;
	}

	@Override
	public void close() throws IOException {
		this.closed = true;
		this.file.close();
	}

	void delete() throws IOException {
		close();
		Files.deleteIfExists(this.path);
	}

}

package dev.cairn.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A file of lines that grows at its end. If an append fails, as on a full disk, the file
 * keeps the whole lines that were written. An interrupt does not close the file. For one
 * thread at a time.
 */
final class LineFile implements Closeable {

	private final Path path;

	private final RandomAccessFile file;

	/** Identifies the open file; {@code null} if the system has no such key. */
	private final @Nullable Object key;

	private long length;

	private volatile boolean closed;

	private LineFile(Path path, RandomAccessFile file, @Nullable Object key, long length) {
		this.path = path;
		this.file = file;
		this.key = key;
		this.length = length;
	}

	/** Opens a file, or creates it. Others can neither read nor replace it. */
	static LineFile open(Path path) throws IOException {
		PrivateFiles.createFile(path);
		RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
		try {
			return new LineFile(path, file, keyOf(path), file.length());
		}
		catch (IOException ex) {
			file.close();
			throw ex;
		}
	}

	private static @Nullable Object keyOf(Path path) throws IOException {
		return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
	}

	void append(byte[] bytes) throws IOException {
		try {
			this.file.seek(this.length);
			this.file.write(bytes);
		}
		catch (IOException ex) {
			keepWholeLines(bytes, ex);
			throw ex;
		}
		this.length += bytes.length;
	}

	private void keepWholeLines(byte[] bytes, IOException reason) {
		try {
			int written = (int) Math.max(0, Math.min(this.file.length() - this.length, bytes.length));
			truncate(this.length + wholeLines(bytes, written));
		}
		catch (IOException ex) {
			reason.addSuppressed(ex);
		}
	}

	/** Overwrites bytes that are there. */
	void write(long position, byte[] bytes) throws IOException {
		this.file.seek(position);
		this.file.write(bytes);
		this.length = Math.max(this.length, position + bytes.length);
	}

	byte[] read(long position, int length) throws IOException {
		byte[] block = new byte[length];
		this.file.seek(position);
		this.file.readFully(block);
		return block;
	}

	/**
	 * Cuts off the half line that a crash has left. More bytes than any line has are not
	 * of a crash: they stay, and the next line begins below them.
	 */
	void cutHalfLine(int longest) throws IOException {
		int size = (int) Math.min(this.length, longest + 1L);
		byte[] tail = read(this.length - size, size);
		int end = wholeLines(tail, size);
		if (end > 0 || size == this.length) {
			truncate(this.length - size + end);
		}
		else {
			append(new byte[] { '\n' });
		}
	}

	private static int wholeLines(byte[] bytes, int length) {
		int end = length;
		while (end > 0 && bytes[end - 1] != '\n') {
			end--;
		}
		return end;
	}

	void truncate(long length) throws IOException {
		if (this.file.length() != length) {
			this.file.setLength(length);
		}
		this.length = length;
	}

	/** Others may move or delete the file. */
	boolean isStillThere() throws IOException {
		try {
			return Objects.equals(keyOf(this.path), this.key);
		}
		catch (NoSuchFileException ex) {
			return false;
		}
	}

	/** Syncs the file, unless it was delivered and deleted in the meantime. */
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

	long length() {
		return this.length;
	}

	Path path() {
		return this.path;
	}

	@Override
	public void close() throws IOException {
		this.closed = true;
		this.file.close();
	}

}

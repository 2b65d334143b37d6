package dev.cairn.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

import org.jspecify.annotations.Nullable;

/**
 * The read of one snapshot from a pipe. It waits for the process as long as that takes: a
 * reader that leaves would end the recorder of statvent, and no interrupt ends the wait.
 */
final class PipeRead implements Runnable {

	private static final int CHUNK = 65_536;

	private final Path path;

	private final @Nullable Object key;

	private final Thread thread;

	private volatile @Nullable FileChannel channel;

	private volatile boolean closed;

	/** Complete when the thread has ended. */
	private volatile byte @Nullable [] content;

	private volatile @Nullable String failure;

	private volatile long ended;

	PipeRead(Path path) {
		this.path = path;
		this.key = keyOf(path);
		this.thread = new Thread(null, this, "cairn-host-pipe", 0, false);
		this.thread.setDaemon(true);
	}

	private static @Nullable Object keyOf(Path path) {
		try {
			return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
		}
		catch (IOException ex) {
			return null;
		}
	}

	void start() {
		this.thread.start();
	}

	@Override
	public void run() {
		// Waits until the process opens the pipe
		try (FileChannel open = FileChannel.open(this.path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
			this.channel = open;
			this.content = this.closed ? null : readAll(open);
		}
		catch (IOException | RuntimeException ex) {
			this.failure = ex.toString();
		}
		finally {
			this.ended = System.nanoTime();
		}
	}

	private static byte[] readAll(FileChannel open) throws IOException {
		ByteArrayOutputStream content = new ByteArrayOutputStream();
		ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
		while (open.read(chunk) >= 0) {
			content.write(chunk.array(), 0, chunk.position());
			chunk.clear();
			if (content.size() > Limits.MAX_BYTES) {
				throw new IOException("more than " + Limits.MAX_BYTES + " bytes");
			}
		}
		return content.toByteArray();
	}

	/** Waits for the end, until a deadline. */
	boolean await(long deadline) throws InterruptedException {
		long millis = Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
		this.thread.join(millis);
		return isEnded();
	}

	boolean isEnded() {
		return !this.thread.isAlive();
	}

	boolean endedBefore(long time) {
		return isEnded() && this.ended - time < 0;
	}

	/** Returns whether the path still leads to this pipe. */
	boolean isPresent() {
		Object present = keyOf(this.path);
		return present != null && present.equals(this.key);
	}

	/** Returns whether the process has opened the pipe. */
	boolean isConnected() {
		return this.channel != null;
	}

	byte @Nullable [] content() {
		return this.content;
	}

	@Nullable String failure() {
		return this.failure;
	}

	/** Ends the thread. If it waits for the process, the pipe is opened in its place. */
	void close() {
		this.closed = true;
		try {
			FileChannel open = this.channel;
			if (open != null) {
				open.close();
			}
			else if (isPresent() && !isEnded()) {
				try (FileChannel both = FileChannel.open(this.path, StandardOpenOption.READ,
						StandardOpenOption.WRITE)) {
					this.thread.join(1000);
				}
			}
		}
		catch (IOException ex) {
			this.failure = ex.toString();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}

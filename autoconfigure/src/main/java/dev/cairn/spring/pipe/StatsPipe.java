package dev.cairn.spring.pipe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.cairn.Lifecycle;
import dev.cairn.file.PipeFolder;
import dev.cairn.internal.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A named pipe that gives each reader one snapshot. A pipe has one reader: when it comes,
 * the name goes to the next pipe. Each pipe has a thread, because opening it waits for
 * the reader, and no interrupt ends this wait: at the end, the pipe is opened for
 * reading. A reader that takes long delays nobody, and one that never reads on is
 * disconnected when too many others do the same.
 */
final class StatsPipe implements Lifecycle {

	private static final Logger logger = LoggerFactory.getLogger(StatsPipe.class);

	private static final int MAX_READERS = 4;

	/** The contexts of a process, and what another process left behind. */
	private static final int MAX_NAMES = 64;

	/** Threads that wait for a reader of a pipe that was deleted wait for ever. */
	private static final int MAX_LOST = 3;

	private static final Duration CHECK_INTERVAL = Duration.ofSeconds(5);

	private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(5);

	private final Path directory;

	private final String mkfifo;

	private final Supplier<byte[]> snapshot;

	/** Those that read, the oldest first. */
	private final Deque<Reader> readers = new ArrayDeque<>();

	private @Nullable Thread thread;

	/** The pipe without a reader. */
	private @Nullable Reader next;

	private boolean stopped;

	StatsPipe(Path directory, String mkfifo, Supplier<byte[]> snapshot) {
		this.directory = directory;
		this.mkfifo = mkfifo;
		this.snapshot = snapshot;
	}

	@Override
	public synchronized void start() {
		if (this.thread == null && !this.stopped) {
			this.thread = Threads.daemon(this::run, "cairn-pipe");
			this.thread.start();
		}
	}

	private void run() {
		try {
			for (int lost = 0; lost < MAX_LOST; lost++) {
				PipeFolder folder = PipeFolder.own(this.directory);
				folder.removeStale();
				offerPipes(folder);
				if (isEnded()) {
					return;
				}
				logger.debug("Cairn: another program has deleted the pipe of this process in {}", this.directory);
			}
			off("another program deletes the pipe");
		}
		catch (IOException | RuntimeException ex) {
			off(ex.toString());
		}
		catch (InterruptedException ex) {
			off("the thread was interrupted");
		}
	}

	private void off(String reason) {
		if (!isEnded()) {
			logger.warn("Cairn: cairn.pipe.enabled has no effect: {}. Metrics are not available in {}", reason,
					this.directory);
		}
	}

	private synchronized boolean isEnded() {
		return this.thread != Thread.currentThread();
	}

	/** Offers one pipe after the other until the end, or until a pipe is deleted. */
	private void offerPipes(PipeFolder folder) throws IOException, InterruptedException {
		while (!isEnded()) {
			if (!offer(new Reader(create(folder)))) {
				return;
			}
		}
	}

	/**
	 * Waits for a reader. Returns {@code false} at the end, or if the pipe is deleted.
	 */
	private synchronized boolean offer(Reader reader) throws InterruptedException, IOException {
		if (isEnded()) {
			Files.deleteIfExists(reader.path);
			return false;
		}
		this.next = reader;
		reader.thread.start();
		while (this.next == reader) {
			wait(CHECK_INTERVAL.toMillis());
			if (this.next == reader && !reader.isPresent()) {
				this.next = null;
				return false;
			}
		}
		return !isEnded();
	}

	/** Another context of this process may have a pipe already. */
	private Path create(PipeFolder folder) throws IOException, InterruptedException {
		for (int number = 1; number <= MAX_NAMES; number++) {
			Path path = folder.pipe(number);
			if ((!Files.exists(path, LinkOption.NOFOLLOW_LINKS) || PipeFolder.deleteIfStale(path)) && mkfifo(path)) {
				return path;
			}
		}
		throw new IOException("all names of pipes of this process are in use");
	}

	/** Java cannot create named pipes. Returns whether the name was free. */
	private boolean mkfifo(Path path) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(this.mkfifo, "-m", "600", path.toString()).redirectErrorStream(true)
			.start();
		try {
			process.getOutputStream().close();
			if (!process.waitFor(COMMAND_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
				throw new IOException("mkfifo takes too long");
			}
			if (process.exitValue() == 0) {
				return true;
			}
			if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
				return false;
			}
			throw new IOException(
					new String(process.getInputStream().readAllBytes(), Charset.defaultCharset()).strip());
		}
		finally {
			process.destroyForcibly();
		}
	}

	/** Waits for the reader of a pipe, and writes the snapshot. */
	private void serve(Reader reader) {
		try (FileChannel channel = FileChannel.open(reader.path, StandardOpenOption.WRITE)) {
			if (begin(reader, channel)) {
				ByteBuffer content = ByteBuffer.wrap(this.snapshot.get());
				while (content.hasRemaining()) {
					channel.write(content);
				}
			}
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("Cairn: a reader of {} did not get all: {}", reader.path, ex.toString());
		}
		finally {
			end(reader);
		}
	}

	/** Returns {@code false} if it is the end that has opened the pipe. */
	private synchronized boolean begin(Reader reader, FileChannel channel) throws IOException {
		if (this.next != reader) {
			return false;
		}
		// A further reader of this pipe would get a part of the snapshot
		Files.deleteIfExists(reader.path);
		reader.channel = channel;
		this.readers.addLast(reader);
		if (this.readers.size() > MAX_READERS) {
			this.readers.removeFirst().disconnect();
		}
		this.next = null;
		notifyAll();
		return true;
	}

	private synchronized void end(Reader reader) {
		this.readers.remove(reader);
		if (this.next == reader) {
			// It could not be opened
			this.next = null;
		}
		notifyAll();
	}

	@Override
	public void suspend(Duration timeout) {
		long deadline = Threads.deadline(timeout);
		Thread ended;
		Reader waiting;
		List<Reader> reading;
		synchronized (this) {
			ended = this.thread;
			waiting = this.next;
			reading = List.copyOf(this.readers);
			this.thread = null;
			this.next = null;
			this.readers.clear();
			notifyAll();
		}
		if (ended != null) {
			Threads.join(ended, deadline);
		}
		if (waiting != null) {
			waiting.release(deadline);
		}
		reading.forEach(Reader::disconnect);
		reading.forEach((reader) -> Threads.join(reader.thread, deadline));
	}

	@Override
	public void stop(Duration timeout) {
		synchronized (this) {
			this.stopped = true;
		}
		suspend(timeout);
	}

	/** A pipe, and the thread that serves its reader. */
	private final class Reader {

		private final Path path;

		private final @Nullable Object key;

		private final Thread thread;

		private volatile @Nullable FileChannel channel;

		Reader(Path path) {
			this.path = path;
			this.key = key();
			this.thread = Threads.daemon(() -> serve(this), "cairn-pipe-reader");
		}

		private @Nullable Object key() {
			try {
				return Files.readAttributes(this.path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
			}
			catch (IOException ex) {
				return null;
			}
		}

		/** Returns whether the path still leads to this pipe. */
		boolean isPresent() {
			Object present = key();
			return present != null && present.equals(this.key);
		}

		/** Frees the thread. Closing the channel ends a write that waits. */
		void disconnect() {
			try {
				FileChannel open = this.channel;
				if (open != null) {
					open.close();
				}
			}
			catch (IOException ex) {
				logger.debug("Cairn: failed to close {}: {}", this.path, ex.toString());
			}
		}

		/** Frees the thread that waits for a reader, and deletes the pipe. */
		void release(long deadline) {
			if (!isPresent()) {
				return;
			}
			// Does not wait: it is open for writing, too
			try (FileChannel both = FileChannel.open(this.path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
				Files.deleteIfExists(this.path);
				Threads.join(this.thread, deadline);
			}
			catch (IOException ex) {
				logger.debug("Cairn: failed to delete {}: {}", this.path, ex.toString());
			}
		}

	}

}

package dev.cairn.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import dev.cairn.Message;
import dev.cairn.delivery.Spool;
import dev.cairn.encoding.MessageCodec;
import dev.cairn.internal.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds messages in a temporary file, which exists while there are any. A thread writes
 * and reads it, and ends while there is nothing to do. Thread-safe.
 */
final class DeferredMessagesFile implements Spool.DeferredMessages {

	private static final Logger logger = LoggerFactory.getLogger(DeferredMessagesFile.class);

	/** The maximum size of the messages that wait for the thread. */
	private static final long MAX_PENDING = 8L * 1024 * 1024;

	private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

	private static final long POLL_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

	private final Path directory;

	private final long maxBytes;

	private final MessageCodec codec;

	private final ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, 100, TimeUnit.MILLISECONDS,
			new LinkedBlockingQueue<>(), (task) -> Threads.helper(task, "cairn-held"));

	private final AtomicLong pending = new AtomicLong();

	/** For the thread; {@code null} while no message is held. */
	private @Nullable FileChannel file;

	/** For the thread. */
	private int held;

	DeferredMessagesFile(Path directory, long maxBytes, MessageCodec codec) {
		this.directory = directory;
		this.maxBytes = maxBytes;
		this.codec = codec;
		this.thread.allowCoreThreadTimeOut(true);
	}

	@Override
	public @Nullable Entry hold(Message message, Runnable failed) {
		int weight = message.weight();
		long deadline = System.nanoTime() + WAIT_NANOS;
		while (this.pending.get() + weight > MAX_PENDING) {
			if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
				return null;
			}
			LockSupport.parkNanos(this, POLL_NANOS);
		}
		this.pending.addAndGet(weight);
		FileEntry entry = new FileEntry(failed);
		this.thread.execute(() -> {
			entry.write(message);
			this.pending.addAndGet(-weight);
		});
		return entry;
	}

	@Override
	public boolean flush(Duration timeout) {
		if (this.thread.getActiveCount() == 0 && this.thread.getQueue().isEmpty()) {
			return true;
		}
		try {
			this.thread.submit(() -> true).get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			// Not in time
		}
		return false;
	}

	private FileChannel open() throws IOException {
		FileChannel open = this.file;
		if (open == null) {
			PrivateFiles.createFolder(this.directory);
			open = FileChannel.open(Files.createTempFile(this.directory, "held", ".tmp"), StandardOpenOption.READ,
					StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
			this.file = open;
		}
		return open;
	}

	private void close() {
		try (FileChannel closing = this.file) {
			this.file = null;
		}
		catch (IOException ex) {
			logger.debug("Cairn: failed to close the file of held events in {}", this.directory, ex);
		}
	}

	/** The place of a message. The mutable state is for the thread. */
	private final class FileEntry implements Entry {

		private final Runnable failed;

		private long position;

		private int length;

		FileEntry(Runnable failed) {
			this.failed = failed;
		}

		private void write(Message message) {
			try {
				ByteBuffer bytes = ByteBuffer.wrap(DeferredMessagesFile.this.codec.write(message));
				FileChannel open = open();
				this.position = open.size();
				if (this.position + bytes.limit() > DeferredMessagesFile.this.maxBytes) {
					throw new IOException("the file of held events is full");
				}
				while (bytes.hasRemaining()) {
					open.write(bytes, this.position + bytes.position());
				}
				this.length = bytes.limit();
				DeferredMessagesFile.this.held++;
			}
			catch (Exception ex) {
				fail(ex);
			}
		}

		@Override
		public void take(Consumer<Message> receiver) {
			DeferredMessagesFile.this.thread.execute(() -> {
				Message message = read();
				if (message != null) {
					receiver.accept(message);
				}
			});
		}

		@Override
		public void discard(Runnable discarded) {
			DeferredMessagesFile.this.thread.execute(() -> {
				boolean held = this.length > 0;
				forget();
				if (held) {
					discarded.run();
				}
			});
		}

		private @Nullable Message read() {
			FileChannel open = DeferredMessagesFile.this.file;
			if (this.length == 0 || open == null) {
				return null;
			}
			try {
				ByteBuffer bytes = ByteBuffer.allocate(this.length);
				while (bytes.hasRemaining() && open.read(bytes, this.position + bytes.position()) >= 0) {
					// Goes on
				}
				return DeferredMessagesFile.this.codec.read(bytes.array());
			}
			catch (IOException | RuntimeException ex) {
				fail(ex);
				return null;
			}
			finally {
				forget();
			}
		}

		private void fail(Exception ex) {
			logger.debug("Cairn: failed to hold an event in {}", DeferredMessagesFile.this.directory, ex);
			this.failed.run();
		}

		private void forget() {
			if (this.length > 0) {
				this.length = 0;
				DeferredMessagesFile.this.held--;
			}
			if (DeferredMessagesFile.this.held == 0) {
				close();
			}
		}

	}

}

package dev.cairn.analytics;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

import dev.cairn.Ledger.DropReason;
import dev.cairn.Lifecycle;
import dev.cairn.delivery.Channel;
import dev.cairn.internal.Threads;
import dev.cairn.internal.WarnOnce;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves messages from a source to the lake, on a thread of its own. A batch is written,
 * moved to its place, and then listed by the manifest together with the position behind
 * it. After a failure or a crash, the source continues at the position of the manifest,
 * so that each record is archived once.
 */
final class Archiver implements Lifecycle, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Archiver.class);

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

	private final WarnOnce warnings = new WarnOnce(logger);

	private final Lake lake;

	private final SourceFactory sources;

	private final FilesFactory files;

	private final Duration interval;

	private final Upkeep upkeep;

	private final Channel channel;

	private @Nullable Thread thread;

	private boolean running;

	private boolean stopped;

	Archiver(Lake lake, SourceFactory sources, FilesFactory files, Duration interval, Upkeep upkeep, Channel channel) {
		this.lake = lake;
		this.sources = sources;
		this.files = files;
		this.interval = interval;
		this.upkeep = upkeep;
		this.channel = channel;
	}

	@Override
	public synchronized void start() {
		if (this.thread == null && !this.stopped) {
			this.running = true;
			this.thread = Threads.daemon(this::run, "cairn-analytics");
			this.thread.start();
		}
	}

	private void run() {
		while (isRunning()) {
			try (LakeWriter writer = this.lake.tryWrite()) {
				if (writer != null) {
					archive(writer);
				}
				else {
					this.warnings.warn("lease", () -> "another process writes the analytics lake " + folder()
							+ "; this one takes over when it ends");
				}
			}
			catch (Exception | LinkageError ex) {
				if (isRunning()) {
					this.warnings.warn("archive: " + ex.getClass().getName(),
							() -> "messages cannot be archived in " + folder() + " for now: " + ex);
				}
			}
			pause();
		}
	}

	private Path folder() {
		return this.lake.folder().toAbsolutePath();
	}

	private void archive(LakeWriter writer) throws Exception {
		try (EventSource source = this.sources.open(writer.manifest().positions());
				ParquetFiles written = this.files.open()) {
			while (isRunning()) {
				for (SourceBatch batch : source.next()) {
					archive(batch, writer, written);
				}
				if (!source.hasMore()) {
					this.upkeep.run(writer, written);
					pause();
				}
			}
		}
	}

	/** A batch is committed as a whole, also if the application stops meanwhile. */
	private void archive(SourceBatch batch, LakeWriter writer, ParquetFiles files) throws IOException, SQLException {
		Path folder = writer.newFolder(batch);
		WrittenBatch content = files.write(batch, folder, writer.manifest());
		writer.commit(batch, folder, content);
		count(batch, content);
	}

	private void count(SourceBatch batch, WrittenBatch content) {
		this.channel.offered(batch.records().size());
		this.channel.filtered(content.duplicates());
		this.channel.accepted(content.rows());
		this.channel.delivered(content.rows());
		if (content.bad() > 0) {
			this.channel.dropped(DropReason.DEAD_LETTER, content.bad());
			this.warnings.warn("dead letters", () -> content.bad() + " records of " + batch.name()
					+ " are no messages; they are in " + this.lake.deadLetters().toAbsolutePath());
		}
	}

	private synchronized boolean isRunning() {
		return this.running;
	}

	private synchronized void pause() {
		long deadline = Threads.deadline(this.interval);
		try {
			while (this.running && System.nanoTime() < deadline) {
				wait(Math.max(1, Threads.left(deadline).toMillis()));
			}
		}
		catch (InterruptedException ex) {
			this.running = false;
		}
	}

	@Override
	public void suspend(Duration timeout) {
		Thread current = end();
		if (current != null && !Threads.join(current, Threads.deadline(timeout.dividedBy(2)))) {
			// A client of Kafka waits longer for a broker that is away
			current.interrupt();
			Threads.join(current, Threads.deadline(timeout.dividedBy(2)));
		}
	}

	private synchronized @Nullable Thread end() {
		Thread current = this.thread;
		this.running = false;
		this.thread = null;
		notifyAll();
		return current;
	}

	@Override
	public void stop(Duration timeout) {
		synchronized (this) {
			this.stopped = true;
		}
		suspend(timeout);
	}

	/** The next start archives the remaining messages. */
	@Override
	public void close() {
		stop(CLOSE_TIMEOUT);
	}

	/**
	 * Opens the source.
	 */
	@FunctionalInterface
	interface SourceFactory {

		EventSource open(Map<String, Long> positions) throws Exception;

	}

	/**
	 * Opens what writes the files.
	 */
	@FunctionalInterface
	interface FilesFactory {

		ParquetFiles open() throws Exception;

	}

}

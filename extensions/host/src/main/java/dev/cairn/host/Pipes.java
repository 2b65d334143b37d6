package dev.cairn.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.file.PipeFolder;
import dev.cairn.host.Producer.Source;
import dev.cairn.host.Producer.State;

/**
 * Reads the pipes of a folder, all at the same time. A process that does not write in
 * time is read further, and has its next chance when the folder is read again. Its pipe
 * is only deleted if the process has ended.
 */
final class Pipes {

	private static final Duration MAX_AGE = Duration.ofSeconds(10);

	private final Path directory;

	private final Duration timeout;

	/** The reads that were begun, by path. */
	private final Map<Path, PipeRead> reads = new LinkedHashMap<>();

	/** Reads of pipes whose name has another pipe now. */
	private final List<PipeRead> orphans = new ArrayList<>();

	private boolean closed;

	Pipes(Path directory, Duration timeout) {
		this.directory = directory;
		this.timeout = timeout;
	}

	synchronized List<Producer> read() throws InterruptedException {
		long begin = System.nanoTime();
		List<Producer> producers = new ArrayList<>();
		forget(begin);
		for (Path path : entries()) {
			begin(path, producers);
		}
		long deadline = begin + this.timeout.toNanos();
		for (Map.Entry<Path, PipeRead> read : this.reads.entrySet()) {
			read.getValue().await(deadline);
		}
		for (Iterator<Map.Entry<Path, PipeRead>> all = this.reads.entrySet().iterator(); all.hasNext();) {
			Map.Entry<Path, PipeRead> read = all.next();
			producers.add(result(nameOf(read.getKey()), read.getValue()));
			if (read.getValue().isEnded()) {
				all.remove();
			}
		}
		return producers;
	}

	/** A snapshot that was written since the last time counts, unless it is old. */
	private void forget(long begin) {
		this.orphans.removeIf(PipeRead::isEnded);
		for (Iterator<PipeRead> all = this.reads.values().iterator(); all.hasNext();) {
			PipeRead read = all.next();
			if (read.endedBefore(begin - MAX_AGE.toNanos())) {
				all.remove();
			}
			else if (!read.isConnected() && !read.isPresent()) {
				all.remove();
				this.orphans.add(read);
			}
		}
	}

	private List<Path> entries() {
		try {
			return this.closed ? List.of() : new PipeFolder(this.directory).entries();
		}
		catch (IOException ex) {
			return List.of();
		}
	}

	private void begin(Path path, List<Producer> producers) {
		if (!PipeFolder.isPipe(path)) {
			if (path.toString().endsWith(".stats") && Files.exists(path)) {
				producers.add(Producer.without(nameOf(path), Source.PIPE, State.FAILED, "it is no named pipe"));
			}
		}
		else if (PipeFolder.deleteIfStale(path)) {
			producers.add(Producer.without(nameOf(path), Source.PIPE, State.ENDED, "its process has ended"));
		}
		else if (!this.reads.containsKey(path)) {
			if (this.reads.size() + this.orphans.size() >= Limits.MAX_READS) {
				producers.add(Producer.without(nameOf(path), Source.PIPE, State.FAILED, "too many pipes are read"));
				return;
			}
			PipeRead read = new PipeRead(path);
			this.reads.put(path, read);
			read.start();
		}
	}

	private static Producer result(String name, PipeRead read) {
		if (!read.isEnded()) {
			return Producer.without(name, Source.PIPE, State.SLOW,
					read.isConnected() ? "it has not written all" : "it has not opened its pipe");
		}
		byte[] content = read.content();
		return (content != null) ? StatsText.parse(name, content)
				: Producer.without(name, Source.PIPE, State.FAILED, String.valueOf(read.failure()));
	}

	private static String nameOf(Path path) {
		return path.getFileName().toString().replaceFirst("\\.stats$", "");
	}

	/** Ends all reads, and leaves the pipes. */
	synchronized void close() {
		this.closed = true;
		this.reads.values().forEach(PipeRead::close);
		this.orphans.forEach(PipeRead::close);
	}

}

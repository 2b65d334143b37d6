package dev.cairn.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.cairn.DropReason;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.Spool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A spool of text files. Each process has a folder of its own, {@code <name>-0},
 * {@code <name>-1}..., and takes over the files of terminated processes. Files are
 * deleted when all their records are delivered; damaged records are moved to the file
 * {@code corrupt} and counted.
 */
public final class FileSpool implements Spool {

	private static final Logger logger = LoggerFactory.getLogger(FileSpool.class);

	private static final int MAX_PROCESSES = 64;

	private static final long MAX_SEGMENT = 8L * 1024 * 1024;

	/** The maximum size of the records that are read ahead, in bytes. */
	private static final long MAX_PEEK = 4L * 1024 * 1024;

	/** The number of the first file, in the middle so that there is room before it. */
	private static final long FIRST = 5_000_000_000_000L;

	private static final Pattern SEGMENT = Pattern.compile("\\d{13}\\.spool");

	private static final long MAX_CORRUPT = 16L * 1024 * 1024;

	private final Path directory;

	private final String name;

	private final long maxBytes;

	private final Channel channel;

	/** Oldest first; records are added to the last one. */
	private final Deque<Segment> segments = new ArrayDeque<>();

	/** Records that are read and not removed. */
	private final Deque<Entry> window = new ArrayDeque<>();

	private @Nullable FileLease lease;

	private @Nullable Path folder;

	/** Whether the last segment was made by this process. */
	private boolean appending;

	/** The segment that is read next; all before it are in the window as a whole. */
	private @Nullable Segment reading;

	private final AtomicLong size = new AtomicLong();

	private long bytes;

	/**
	 * Creates a spool. Nothing is written before it is opened.
	 * @param directory the folder for all processes
	 * @param name the name of the service
	 * @param maxBytes the maximum size of the files of this process
	 * @param channel counts damaged records
	 */
	public FileSpool(Path directory, String name, long maxBytes, Channel channel) {
		this.directory = directory;
		this.name = name;
		this.maxBytes = maxBytes;
		this.channel = channel;
	}

	@Override
	public synchronized void open() throws IOException {
		try {
			acquire();
		}
		catch (IOException | RuntimeException ex) {
			release();
			throw ex;
		}
		this.reading = this.segments.peekFirst();
		this.size.set(this.segments.stream().mapToLong(Segment::lines).sum());
		this.bytes = this.segments.stream().mapToLong(Segment::length).sum();
	}

	private void acquire() throws IOException {
		Files.createDirectories(this.directory);
		for (int process = 0; process < MAX_PROCESSES; process++) {
			Path place = this.directory.resolve(this.name + "-" + process);
			if (this.folder != null && !Files.isDirectory(place)) {
				continue;
			}
			FileLease free = FileLease.tryAcquire(this.directory, this.name + "-" + process);
			if (free != null && this.folder == null) {
				this.lease = free;
				this.folder = Files.createDirectories(place);
				load(place);
			}
			else if (free != null) {
				try (free) {
					takeOver(place);
				}
			}
		}
		if (this.folder == null) {
			throw new IOException(
					"all of " + MAX_PROCESSES + " folders in " + this.directory + " are held by other processes");
		}
	}

	private void load(Path place) throws IOException {
		for (Path path : files(place)) {
			this.segments.add(Segment.open(path));
		}
	}

	/** Adds the files behind those of this process. */
	private void takeOver(Path place) throws IOException {
		for (Path path : files(place)) {
			Path taken = Files.move(path, next(), StandardCopyOption.ATOMIC_MOVE);
			this.segments.add(Segment.open(taken));
			logger.info("Cairn: recovered {} left behind by a terminated process", path);
		}
	}

	private static List<Path> files(Path place) throws IOException {
		try (Stream<Path> files = Files.list(place)) {
			return files.filter((path) -> SEGMENT.matcher(path.getFileName().toString()).matches()).sorted().toList();
		}
	}

	private Path next() {
		Segment last = this.segments.peekLast();
		return file((last != null) ? number(last) + 1 : FIRST);
	}

	private Path file(long number) {
		return folder().resolve(number + ".spool");
	}

	private Path folder() {
		if (this.folder == null) {
			throw new IllegalStateException("the spool is not open");
		}
		return this.folder;
	}

	private static long number(Segment segment) {
		String file = segment.path().getFileName().toString();
		return Long.parseLong(file.substring(0, file.indexOf('.')));
	}

	@Override
	public void append(List<byte[]> records, boolean durably) throws IOException {
		Segment last = append(records);
		if (durably) {
			try {
				last.force();
			}
			catch (IOException ex) {
				throw new Spool.UnsyncedException(ex);
			}
		}
	}

	private synchronized Segment append(List<byte[]> records) throws IOException {
		long more = lengthOf(records);
		Segment last = this.segments.peekLast();
		if (last != null && last.lines() == 0 && this.bytes + more > this.maxBytes) {
			delete(last);
			last = this.segments.peekLast();
		}
		requireRoom(more);
		if (last == null || !this.appending || last.length() > MAX_SEGMENT || !Files.exists(last.path())) {
			// The files may have been deleted
			Files.createDirectories(folder());
			last = Segment.create(next());
			this.appending = true;
			this.segments.add(last);
			this.bytes += last.length();
			if (this.reading == null) {
				this.reading = last;
			}
		}
		last.append(records);
		added(records.size(), more);
		return last;
	}

	@Override
	public synchronized void prepend(List<byte[]> records) throws IOException {
		long more = lengthOf(records);
		requireRoom(more);
		Segment first = this.segments.peekFirst();
		Segment before = Segment.create(file((first != null) ? number(first) - 1 : FIRST));
		try {
			before.append(records);
		}
		catch (IOException ex) {
			before.delete();
			throw ex;
		}
		this.segments.addFirst(before);
		this.window.clear();
		this.reading = before;
		added(records.size(), more + before.length());
	}

	private void added(int records, long more) {
		this.size.addAndGet(records);
		this.bytes += more;
	}

	private void requireOpen() throws IOException {
		if (this.folder == null) {
			throw new IOException("the spool is not open");
		}
	}

	private void requireRoom(long more) throws IOException {
		requireOpen();
		if (this.bytes + more > this.maxBytes) {
			throw new IOException("the spool is full: it may have " + this.maxBytes + " bytes");
		}
	}

	private static long lengthOf(List<byte[]> records) {
		return records.stream().mapToLong((rec) -> rec.length + SpoolLine.OVERHEAD).sum();
	}

	@Override
	public synchronized List<byte[]> peek(int most) throws IOException {
		List<byte[]> oldest = new ArrayList<>();
		long length = 0;
		for (Entry entry : this.window) {
			if (oldest.size() == most || length > MAX_PEEK) {
				return oldest;
			}
			oldest.add(entry.rec());
			length += entry.rec().length;
		}
		while (oldest.size() < most && length <= MAX_PEEK) {
			Entry entry = read();
			if (entry == null) {
				break;
			}
			this.window.add(entry);
			oldest.add(entry.rec());
			length += entry.rec().length;
		}
		return oldest;
	}

	private @Nullable Entry read() throws IOException {
		while (this.reading != null) {
			Segment segment = this.reading;
			byte[] line = segment.readLine();
			if (line == null) {
				Segment following = following(segment);
				if (following == null) {
					return null;
				}
				this.reading = following;
				deleteIfDone(segment);
				continue;
			}
			byte[] rec = SpoolLine.recordOf(line);
			if (rec != null) {
				return new Entry(segment, segment.position(), rec);
			}
			damaged(segment, line);
		}
		return null;
	}

	private @Nullable Segment following(Segment segment) {
		boolean found = false;
		for (Segment each : this.segments) {
			if (found) {
				return each;
			}
			found = each == segment;
		}
		return null;
	}

	private void damaged(Segment segment, byte[] line) throws IOException {
		setAside(line);
		this.channel.dropped(DropReason.CORRUPT);
		this.size.decrementAndGet();
		segment.removed(1);
		if (this.window.isEmpty()) {
			segment.start(segment.position());
		}
	}

	@Override
	public synchronized void remove(int number) throws IOException {
		requireOpen();
		Entry last = null;
		IOException failure = null;
		for (int i = 0; i < number; i++) {
			Entry entry = this.window.remove();
			if (last != null && last.segment() != entry.segment()) {
				try {
					deleteIfDone(last.segment());
				}
				catch (IOException ex) {
					// The caller takes all records for removed
					failure = ex;
				}
			}
			entry.segment().removed(1);
			this.size.decrementAndGet();
			last = entry;
		}
		if (last != null) {
			last.segment().start(last.end());
			deleteIfDone(last.segment());
		}
		if (failure != null) {
			throw failure;
		}
	}

	/** Keeps the segment to which records are added, unless it is large. */
	private void deleteIfDone(Segment segment) throws IOException {
		boolean used = segment == this.segments.peekLast() && this.appending && segment.length() <= MAX_SEGMENT;
		if (segment.lines() == 0 && !used) {
			delete(segment);
		}
	}

	private void delete(Segment segment) throws IOException {
		if (segment == this.reading) {
			this.reading = following(segment);
		}
		if (segment == this.segments.peekLast()) {
			this.appending = false;
		}
		this.segments.remove(segment);
		this.bytes -= segment.length();
		segment.delete();
	}

	@Override
	public synchronized void setAside(byte[] rec) {
		if (this.folder == null) {
			return;
		}
		Path corrupt = this.folder.resolve("corrupt");
		try {
			if (!Files.exists(corrupt) || Files.size(corrupt) + rec.length < MAX_CORRUPT) {
				Files.write(corrupt, rec, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
				Files.write(corrupt, new byte[] { '\n' }, StandardOpenOption.APPEND);
			}
		}
		catch (IOException ex) {
			logger.debug("Cairn: cannot set a damaged record aside in {}: {}", corrupt, ex.toString());
		}
	}

	@Override
	public long size() {
		return this.size.get();
	}

	@Override
	public synchronized void close() throws IOException {
		try {
			for (Segment segment : List.copyOf(this.segments)) {
				if (segment.lines() == 0) {
					delete(segment);
				}
			}
		}
		finally {
			release();
		}
	}

	/** The size stays available after the spool is closed. */
	private void release() throws IOException {
		FileLease held = this.lease;
		this.lease = null;
		this.folder = null;
		try {
			for (Segment segment : this.segments) {
				segment.close();
			}
			this.segments.clear();
			this.window.clear();
			this.reading = null;
			this.appending = false;
		}
		finally {
			if (held != null) {
				held.close();
			}
		}
	}

	/**
	 * A record and its end in the segment.
	 */
	@SuppressWarnings("ArrayRecordComponent")
	private record Entry(Segment segment, long end, byte[] rec) {
	}

}

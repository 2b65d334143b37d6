package dev.cairn.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import dev.cairn.Ledger.DropReason;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.Spool;
import org.jspecify.annotations.Nullable;

/**
 * A spool of text files. Each process has a folder of its own, {@code <name>-0},
 * {@code <name>-1}..., and takes over the files of terminated processes. Files are
 * deleted when all their records are delivered; damaged records are moved to the file
 * {@code corrupt} and counted.
 */
final class FileSpool implements Spool {

	/** The maximum size of the records that are read ahead, in bytes. */
	private static final long MAX_PEEK = 4L * 1024 * 1024;

	private final Path directory;

	private final String name;

	private final long maxBytes;

	private final Channel channel;

	/** Oldest first; records are added to the last one. */
	private final Deque<Segment> segments = new ArrayDeque<>();

	/** Records that are read and not removed. */
	private final Deque<Entry> window = new ArrayDeque<>();

	private @Nullable SpoolFolder folder;

	/** Whether the last segment was made by this process. */
	private boolean appending;

	/** The segment that is read next; all before it are in the window as a whole. */
	private @Nullable Segment reading;

	private final AtomicLong size = new AtomicLong();

	private long bytes;

	FileSpool(Path directory, String name, long maxBytes, Channel channel) {
		this.directory = directory;
		this.name = name;
		this.maxBytes = maxBytes;
		this.channel = channel;
	}

	@Override
	public synchronized void open() throws IOException {
		SpoolFolder acquired = SpoolFolder.acquire(this.directory, this.name);
		try {
			this.segments.addAll(acquired.load(this.directory, this.name));
		}
		catch (IOException | RuntimeException ex) {
			acquired.close();
			throw ex;
		}
		this.folder = acquired;
		this.reading = this.segments.peekFirst();
		this.size.set(this.segments.stream().mapToLong(Segment::lines).sum());
		this.bytes = this.segments.stream().mapToLong(Segment::length).sum();
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
		long more = Segment.lengthOf(records);
		Segment last = this.segments.peekLast();
		if (last != null && last.lines() == 0 && this.bytes + more > this.maxBytes) {
			delete(last);
			last = this.segments.peekLast();
		}
		SpoolFolder open = requireRoom(more);
		// The files may have been deleted
		if (last == null || !this.appending || last.isFull() || !Files.exists(last.path())) {
			last = Segment.create(open.after(last));
			this.appending = true;
			this.segments.add(last);
			this.bytes += last.length();
			if (this.reading == null) {
				this.reading = last;
			}
		}
		last.append(records);
		this.size.addAndGet(records.size());
		this.bytes += more;
		return last;
	}

	@Override
	public synchronized void prepend(List<byte[]> records) throws IOException {
		long more = Segment.lengthOf(records);
		Segment before = Segment.create(requireRoom(more).before(this.segments.peekFirst()));
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
		this.size.addAndGet(records.size());
		this.bytes += before.length();
	}

	private SpoolFolder requireOpen() throws IOException {
		if (this.folder == null) {
			throw new IOException("the spool is not open");
		}
		return this.folder;
	}

	private SpoolFolder requireRoom(long more) throws IOException {
		SpoolFolder open = requireOpen();
		if (this.bytes + more > this.maxBytes) {
			throw new IOException("the spool is full: its maximum size is " + this.maxBytes + " bytes");
		}
		return open;
	}

	@Override
	public synchronized List<byte[]> peek(int most) throws IOException {
		List<byte[]> oldest = new ArrayList<>();
		Iterator<Entry> known = List.copyOf(this.window).iterator();
		long length = 0;
		while (oldest.size() < most && length <= MAX_PEEK) {
			Entry entry = known.hasNext() ? known.next() : read();
			if (entry == null) {
				break;
			}
			oldest.add(entry.rec());
			length += entry.rec().length;
		}
		return oldest;
	}

	/** Reads the next record into the window. */
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
				Entry entry = new Entry(segment, segment.position(), rec);
				this.window.add(entry);
				return entry;
			}
			damaged(segment, line);
		}
		return null;
	}

	private @Nullable Segment following(Segment segment) {
		return this.segments.stream().dropWhile((each) -> each != segment).skip(1).findFirst().orElse(null);
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
			entry.segment().removed(1);
			this.size.decrementAndGet();
			if (last != null && last.segment() != entry.segment()) {
				try {
					deleteIfDone(last.segment());
				}
				catch (IOException ex) {
					// The caller takes all records for removed
					failure = ex;
				}
			}
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
		boolean used = segment == this.segments.peekLast() && this.appending && !segment.isFull();
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
		if (this.folder != null) {
			this.folder.setAside(rec);
		}
	}

	@Override
	public long size() {
		return this.size.get();
	}

	/** The size stays available after the spool is closed. */
	@Override
	public synchronized void close() throws IOException {
		SpoolFolder open = this.folder;
		this.folder = null;
		List<Segment> left = List.copyOf(this.segments);
		this.segments.clear();
		this.window.clear();
		this.reading = null;
		this.appending = false;
		try (open) {
			for (Segment segment : left) {
				if (segment.lines() == 0) {
					segment.delete();
				}
			}
		}
		finally {
			for (Segment segment : left) {
				segment.close();
			}
		}
	}

	/** A record and its end in the segment. */
	@SuppressWarnings("ArrayRecordComponent")
	private record Entry(Segment segment, long end, byte[] rec) {
	}

}

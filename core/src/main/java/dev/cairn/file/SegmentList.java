package dev.cairn.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The segments of a spool, oldest first, bounded in bytes. Records are added to the last
 * one. For one thread at a time.
 */
final class SegmentList implements Closeable {

	private final Deque<Segment> segments = new ArrayDeque<>();

	private final long maxBytes;

	private @Nullable SpoolFolder folder;

	/** Whether the last segment was made by this process. */
	private boolean appending;

	/** The segment that is read next; all before it are read as a whole. */
	private @Nullable Segment reading;

	private long bytes;

	SegmentList(long maxBytes) {
		this.maxBytes = maxBytes;
	}

	/** Returns the number of records that were found. */
	long open(Path directory, String name) throws IOException {
		SpoolFolder acquired = SpoolFolder.acquire(directory, name);
		try {
			this.segments.addAll(acquired.load(directory, name));
		}
		catch (IOException | RuntimeException ex) {
			acquired.close();
			throw ex;
		}
		this.folder = acquired;
		this.reading = this.segments.peekFirst();
		this.bytes = this.segments.stream().mapToLong(Segment::length).sum();
		return this.segments.stream().mapToLong(Segment::lines).sum();
	}

	SpoolFolder requireOpen() throws IOException {
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

	/** Returns the segment to which the records were added. */
	Segment append(List<byte[]> records) throws IOException {
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
		this.bytes += more;
		return last;
	}

	void prepend(List<byte[]> records) throws IOException {
		Segment before = Segment.create(requireRoom(Segment.lengthOf(records)).before(this.segments.peekFirst()));
		try {
			before.append(records);
		}
		catch (IOException ex) {
			before.delete();
			throw ex;
		}
		this.segments.addFirst(before);
		this.reading = before;
		this.bytes += before.length();
	}

	@Nullable Segment reading() {
		return this.reading;
	}

	/** Goes on to the next segment. Returns {@code null} if there is none. */
	@Nullable Segment readNext() throws IOException {
		Segment read = this.reading;
		Segment next = (read != null) ? following(read) : null;
		if (read != null && next != null) {
			this.reading = next;
			deleteIfDone(read);
		}
		return next;
	}

	private @Nullable Segment following(Segment segment) {
		return this.segments.stream().dropWhile((each) -> each != segment).skip(1).findFirst().orElse(null);
	}

	/** Keeps the segment to which records are added, unless it is large. */
	void deleteIfDone(Segment segment) throws IOException {
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
	public void close() throws IOException {
		SpoolFolder open = this.folder;
		this.folder = null;
		List<Segment> left = List.copyOf(this.segments);
		this.segments.clear();
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

}

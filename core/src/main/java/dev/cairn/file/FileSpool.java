package dev.cairn.file;

import java.io.IOException;
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
 * A spool of text files, which are deleted when all their records are delivered. Damaged
 * records are moved to the file {@code corrupt} and counted.
 */
final class FileSpool implements Spool {

	/** The maximum size of the records that are read ahead, in bytes. */
	private static final long MAX_PEEK = 4L * 1024 * 1024;

	private final Path directory;

	private final String name;

	private final Channel channel;

	private final SegmentList segments;

	/** Records that are read and not removed. */
	private final Deque<Entry> window = new ArrayDeque<>();

	private final AtomicLong size = new AtomicLong();

	FileSpool(Path directory, String name, long maxBytes, Channel channel) {
		this.directory = directory;
		this.name = name;
		this.channel = channel;
		this.segments = new SegmentList(maxBytes);
	}

	@Override
	public synchronized void open() throws IOException {
		this.size.set(this.segments.open(this.directory, this.name));
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
		Segment last = this.segments.append(records);
		this.size.addAndGet(records.size());
		return last;
	}

	@Override
	public synchronized void prepend(List<byte[]> records) throws IOException {
		this.segments.prepend(records);
		this.window.clear();
		this.size.addAndGet(records.size());
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
		Segment segment = this.segments.reading();
		while (segment != null) {
			byte[] line = segment.readLine();
			if (line == null) {
				segment = this.segments.readNext();
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
		this.segments.requireOpen();
		Entry last = null;
		IOException failure = null;
		for (int i = 0; i < number; i++) {
			Entry entry = this.window.remove();
			entry.segment().removed(1);
			this.size.decrementAndGet();
			if (last != null && last.segment() != entry.segment()) {
				try {
					this.segments.deleteIfDone(last.segment());
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
			this.segments.deleteIfDone(last.segment());
		}
		if (failure != null) {
			throw failure;
		}
	}

	@Override
	public synchronized void setAside(byte[] rec) throws IOException {
		this.segments.requireOpen().setAside(rec);
	}

	@Override
	public long size() {
		return this.size.get();
	}

	/** The size stays available after the spool is closed. */
	@Override
	public synchronized void close() throws IOException {
		this.window.clear();
		this.segments.close();
	}

	/** A record and its end in the segment. */
	@SuppressWarnings("ArrayRecordComponent")
	private record Entry(Segment segment, long end, byte[] rec) {
	}

}

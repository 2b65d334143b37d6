package dev.cairn.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/**
 * Chronicle Queue. The named tailer writes down on each read how far it has come. Left to
 * itself, {@code sync} asks the system to write and does not wait for it.
 */
final class ChronicleStore implements RecordStore {

	private final ChronicleQueue queue;

	private final ExcerptAppender appender;

	private final ExcerptTailer tailer;

	private final Bytes<?> buffer = Bytes.allocateElasticOnHeap();

	ChronicleStore(Path folder) {
		this.queue = SingleChronicleQueueBuilder.single(folder.toString()).syncMode(SyncMode.SYNC).build();
		this.appender = this.queue.createAppender();
		this.tailer = this.queue.createTailer("drain");
	}

	@Override
	public void append(List<byte[]> records, boolean durably) {
		for (byte[] rec : records) {
			this.buffer.clear().write(rec);
			this.appender.writeBytes(this.buffer);
		}
		if (durably) {
			this.appender.sync();
		}
	}

	@Override
	public List<byte[]> drain(int most) {
		List<byte[]> oldest = new ArrayList<>();
		while (oldest.size() < most && this.tailer.readBytes(this.buffer.clear())) {
			oldest.add(this.buffer.toByteArray());
		}
		return oldest;
	}

	@Override
	public void close() {
		this.tailer.close();
		this.appender.close();
		this.queue.close();
		this.buffer.releaseLast();
	}

}

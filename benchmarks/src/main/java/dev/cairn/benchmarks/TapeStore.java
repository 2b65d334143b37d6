package dev.cairn.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

import com.squareup.tape2.QueueFile;

/**
 * Square's {@code QueueFile}, which has no batches and forces every record to the medium.
 */
final class TapeStore implements RecordStore {

	private final QueueFile queue;

	TapeStore(Path folder) throws IOException {
		this.queue = new QueueFile.Builder(folder.resolve("records.tape").toFile()).zero(false).build();
	}

	@Override
	public void append(List<byte[]> records, boolean durably) throws IOException {
		for (byte[] rec : records) {
			this.queue.add(rec);
		}
	}

	@Override
	public List<byte[]> drain(int most) throws IOException {
		List<byte[]> oldest = new ArrayList<>();
		Iterator<byte[]> records = this.queue.iterator();
		while (oldest.size() < most && records.hasNext()) {
			oldest.add(records.next());
		}
		this.queue.remove(oldest.size());
		return oldest;
	}

	@Override
	public void close() throws IOException {
		this.queue.close();
	}

}

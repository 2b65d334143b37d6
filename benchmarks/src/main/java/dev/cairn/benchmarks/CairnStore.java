package dev.cairn.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Spool;
import dev.cairn.file.Destinations;

/**
 * Cairn's own files.
 */
final class CairnStore implements RecordStore {

	private static final long MAX_BYTES = 1024L * 1024 * 1024;

	private final Spool spool;

	CairnStore(Path folder) throws IOException {
		this.spool = Destinations.spool(folder, "benchmark", MAX_BYTES, new Accounts().channel("benchmark"));
		this.spool.open();
	}

	@Override
	public void append(List<byte[]> records, boolean durably) throws IOException {
		this.spool.append(records, durably);
	}

	@Override
	public List<byte[]> drain(int most) throws IOException {
		List<byte[]> oldest = this.spool.peek(most);
		this.spool.remove(oldest.size());
		return oldest;
	}

	@Override
	public void close() throws IOException {
		this.spool.close();
	}

}

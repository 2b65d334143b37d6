package dev.cairn.benchmarks;

import java.io.IOException;
import java.util.List;

/**
 * The storage of a spool: first in, first out, for one thread.
 */
interface RecordStore extends AutoCloseable {

	/**
	 * Add records; they survive the death of the process when this returns.
	 * @param records what to keep
	 * @param durably whether they have to be on the medium, too
	 * @throws IOException when they cannot be written
	 */
	void append(List<byte[]> records, boolean durably) throws IOException;

	/**
	 * Read the oldest records, and then write down that they are done with.
	 * @param most how many at the most
	 * @return the records
	 * @throws IOException when they cannot be read
	 */
	List<byte[]> drain(int most) throws IOException;

	@Override
	void close() throws IOException;

}

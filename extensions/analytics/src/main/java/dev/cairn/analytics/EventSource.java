package dev.cairn.analytics;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * Where messages come from. The archiver opens one with the positions of the manifest,
 * and another one after a failure, so a source stores nothing itself. For one thread.
 */
interface EventSource extends Closeable {

	/**
	 * Returns the next records, without waiting for further ones.
	 * @return the next batches, each of another partition; none if there are no records
	 * @throws IOException if the source cannot be read for now
	 */
	List<SourceBatch> next() throws IOException;

	/**
	 * Returns whether the last batches were as large as they may be, so that there are
	 * probably more.
	 * @return whether to ask at once
	 */
	boolean hasMore();

}

package dev.cairn.statsd;

/**
 * A meter that writes to StatsD what it has recorded since the last flush. Called by the
 * flushing thread only.
 */
@FunctionalInterface
interface FlushableMeter {

	/**
	 * Writes what has been recorded since the last flush.
	 * @param writer the writer to use
	 */
	void flush(StatsdWriter writer);

}

package dev.cairn.statsd;

/**
 * A meter that writes the values since the last flush to StatsD. Called by the flushing
 * thread only.
 */
@FunctionalInterface
interface FlushableMeter {

	/** Writes the values that were recorded since the last flush. */
	void flush(StatsdWriter writer);

}

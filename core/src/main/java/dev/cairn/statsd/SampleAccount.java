package dev.cairn.statsd;

import dev.cairn.DropReason;

/**
 * Counts samples and lines.
 */
interface SampleAccount {

	/** So many were recorded and never written to a line. */
	void lost(long samples, DropReason reason);

}

package dev.cairn.statsd;

/**
 * What a meter has to say at a flush. Called by the flushing thread only.
 */
@FunctionalInterface
interface FlushableMeter {

	/**
	 * Write what has happened since the last time.
	 * @param packets takes the lines
	 * @param account is told of samples that were lost
	 */
	void write(PacketBuilder packets, SampleAccount account);

}

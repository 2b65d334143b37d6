package dev.cairn.delivery;

import java.io.IOException;
import java.util.List;

import dev.cairn.encoding.MessageCodec;

/**
 * Records on a disk, first in, first out, for a destination that is away or slow. What
 * was appended is still there when the process has died. Thread-safe.
 */
public interface Spool extends AutoCloseable {

	/**
	 * Take possession of what is on the disk. Called once, before all others, and again
	 * after it has failed.
	 * @throws IOException when the disk cannot be used
	 */
	void open() throws IOException;

	/**
	 * Add records behind the others: all of them, or none.
	 * @param records what to keep
	 * @param durably whether the records have to be on the medium, and not only with the
	 * operating system, when this returns
	 * @throws UnsyncedException if the records were added, but may not survive a power
	 * failure
	 * @throws IOException when there is no room within the bounds, or none on the disk
	 */
	void append(List<byte[]> records, boolean durably) throws IOException;

	/**
	 * Add records before all others.
	 * @param records what to keep
	 * @throws IOException when there is no room
	 */
	void prepend(List<byte[]> records) throws IOException;

	/**
	 * Return the oldest records; the same ones until they are removed.
	 * @param most how many to return at the most
	 * @return the records; empty only when there are none
	 * @throws IOException when they cannot be read
	 */
	List<byte[]> peek(int most) throws IOException;

	/**
	 * Remove the oldest records.
	 * @param number how many of those that {@link #peek} has returned
	 * @throws IOException when that cannot be written down; they may come again after the
	 * process has died
	 */
	void remove(int number) throws IOException;

	/**
	 * Keep a record for people, which nobody can read.
	 * @param rec the record
	 */
	void setAside(byte[] rec);

	/**
	 * Return how many records there are.
	 * @return a number that changes all the time
	 */
	long size();

	/**
	 * Leave what is there to the next one who opens it.
	 * @throws IOException when a file cannot be closed
	 */
	@Override
	void close() throws IOException;

	/**
	 * How a sink uses a spool.
	 *
	 * @param spool the spool
	 * @param codec turns messages into records and back
	 * @param durable whether all messages go to the disk first, so that the publishing
	 * thread waits until they survive the end of the process
	 * @param replayPerSecond the maximum number of records taken from the disk per
	 * second; always at least twice as many as come in
	 */
	record Config(Spool spool, MessageCodec codec, boolean durable, int replayPerSecond) {

		/**
		 * Checks the rate.
		 * @throws IllegalArgumentException if it is not positive
		 */
		public Config {
			if (replayPerSecond <= 0) {
				throw new IllegalArgumentException("replayPerSecond must be positive, but was " + replayPerSecond);
			}
		}

	}

	/**
	 * Thrown if records are in the spool, but the disk has not confirmed them.
	 */
	final class UnsyncedException extends IOException {

		private static final long serialVersionUID = 1L;

		/**
		 * Creates the exception.
		 * @param cause the failure of the disk
		 */
		public UnsyncedException(IOException cause) {
			super("the disk has not confirmed what was written: " + cause.getMessage(), cause);
		}

	}

}

package dev.cairn.delivery;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import dev.cairn.Message;
import dev.cairn.encoding.MessageCodec;
import org.jspecify.annotations.Nullable;

/**
 * Records on disk, first in, first out, for a destination that is unavailable or slow.
 * Appended records survive the end of the process. Used by one thread; only
 * {@link #size()} is called by others.
 */
public interface Spool extends AutoCloseable {

	/**
	 * Takes possession of the records on disk. Called before all other methods, and again
	 * after it has failed.
	 * @throws IOException if the disk cannot be used
	 */
	void open() throws IOException;

	/**
	 * Adds records behind the others: all of them, or none.
	 * @param records the records
	 * @param durably whether the records must be synced to the disk when this method
	 * returns
	 * @throws UnsyncedException if the records were added, but may not survive a power
	 * failure
	 * @throws IOException if there is no room within the bounds, or on the disk
	 */
	void append(List<byte[]> records, boolean durably) throws IOException;

	/**
	 * Adds records before all others.
	 * @param records the records
	 * @throws IOException if there is no room
	 */
	void prepend(List<byte[]> records) throws IOException;

	/**
	 * Returns the oldest records. Returns the same ones until they are removed.
	 * @param most the maximum number of records
	 * @return the records; empty only if there are none
	 * @throws IOException if they cannot be read
	 */
	List<byte[]> peek(int most) throws IOException;

	/**
	 * Removes the oldest records.
	 * @param number the number of records, of those that {@link #peek} has returned
	 * @throws IOException if the removal cannot be recorded; the records may return after
	 * a restart
	 */
	void remove(int number) throws IOException;

	/**
	 * Keeps an unreadable record for inspection.
	 * @param rec the record
	 * @throws IOException if the spool is not open
	 */
	void setAside(byte[] rec) throws IOException;

	/**
	 * Returns the number of records.
	 * @return a number that changes all the time
	 */
	long size();

	/**
	 * Leaves the records to the next process that opens the spool.
	 * @throws IOException if a file cannot be closed
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
	 * Messages on disk that are not for a destination yet, such as those of an open
	 * transaction. They do not survive the end of the process. Thread-safe; the disk is
	 * only used by a thread of its own.
	 */
	interface DeferredMessages {

		/** Holds no message. */
		DeferredMessages NONE = (message, failed) -> null;

		/**
		 * Accepts a message. The caller waits at most a millisecond.
		 * @param message the message
		 * @param failed called by any thread if the disk does not hold the message
		 * @return the place of the message, or {@code null} if there is no room
		 */
		@Nullable Entry hold(Message message, Runnable failed);

		/**
		 * Waits until what was accepted, taken or discarded before is done.
		 * @param timeout the maximum time to wait
		 * @return whether it is done
		 */
		default boolean flush(Duration timeout) {
			return true;
		}

		/**
		 * The place of a message, to be taken or discarded once.
		 */
		interface Entry {

			/**
			 * Takes the message back, after those that were taken before.
			 * @param receiver receives the message, on the thread of the disk
			 */
			void take(Consumer<Message> receiver);

			/**
			 * Deletes the message.
			 * @param discarded called if the disk has held it until now
			 */
			void discard(Runnable discarded);

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
			super("the disk has not confirmed the written records: " + cause.getMessage(), cause);
		}

	}

}

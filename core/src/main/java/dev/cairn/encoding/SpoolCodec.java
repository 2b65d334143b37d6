package dev.cairn.encoding;

import dev.cairn.delivery.Spool;

/**
 * Turns objects into records of a {@link Spool} and back. Thread-safe.
 *
 * @param <T> what is delivered
 */
public interface SpoolCodec<T> {

	/**
	 * Write an object.
	 * @param item the object
	 * @return the record, without a line feed
	 * @throws MessageTooLargeException when nothing is left to shorten
	 */
	byte[] write(T item) throws MessageTooLargeException;

	/**
	 * Read an object.
	 * @param rec the record
	 * @return the object
	 * @throws RuntimeException when the record is no such object
	 */
	T read(byte[] rec);

}

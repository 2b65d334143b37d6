package dev.cairn.delivery;

import java.io.UncheckedIOException;

import dev.cairn.Ledger.DropReason;
import dev.cairn.encoding.MessageEncoder.TooLargeException;
import dev.cairn.internal.Throwables;

/**
 * Encodes one message.
 */
@FunctionalInterface
interface Encoding {

	void run() throws TooLargeException;

	/** Returns whether the message was encoded; if that is impossible, it is dropped. */
	static boolean run(Delivery delivery, Encoding encoding) {
		try {
			encoding.run();
			return true;
		}
		catch (UncheckedIOException ex) {
			// The encoder may succeed later
			throw ex;
		}
		catch (TooLargeException ex) {
			delivery.drop(DropReason.OVERSIZE, String.valueOf(ex.getMessage()), "");
		}
		catch (RuntimeException | StackOverflowError | LinkageError | AssertionError ex) {
			delivery.drop(DropReason.UNENCODABLE,
					delivery.message().type() + ": " + ex.getClass().getName() + ": " + Throwables.message(ex), "");
		}
		return false;
	}

}

package dev.cairn.delivery;

import java.io.UncheckedIOException;

import dev.cairn.Ledger.DropReason;
import dev.cairn.encoding.MessageEncoder.TooLargeException;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Encodes one message.
 */
@FunctionalInterface
interface Encoding {

	byte[] run() throws TooLargeException;

	/** Returns {@code null} if the message cannot be encoded, and is dropped. */
	static byte @Nullable [] run(Delivery delivery, Encoding encoding) {
		try {
			return encoding.run();
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
		return null;
	}

}

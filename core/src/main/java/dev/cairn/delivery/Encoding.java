package dev.cairn.delivery;

import java.io.UncheckedIOException;
import java.util.function.BiConsumer;

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

	/** Returns {@code null} if the message cannot be encoded, after it was dropped. */
	default byte @Nullable [] run(String type, BiConsumer<DropReason, String> drop) {
		try {
			return run();
		}
		catch (UncheckedIOException ex) {
			// The encoder may succeed later
			throw ex;
		}
		catch (TooLargeException ex) {
			drop.accept(DropReason.OVERSIZE, String.valueOf(ex.getMessage()));
		}
		catch (RuntimeException | StackOverflowError | LinkageError | AssertionError ex) {
			drop.accept(DropReason.UNENCODABLE, type + ": " + ex.getClass().getName() + ": " + Throwables.message(ex));
		}
		return null;
	}

}

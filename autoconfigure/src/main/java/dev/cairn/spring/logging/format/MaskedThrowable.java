package dev.cairn.spring.logging.format;

import java.util.IdentityHashMap;
import java.util.Map;

import dev.cairn.internal.Throwables;
import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a throwable with masked messages, for the lines that a pattern writes.
 */
final class MaskedThrowable extends Throwable {

	private final transient Throwable original;

	private final String text;

	private MaskedThrowable(Throwable original, @Nullable String message, @Nullable Throwable cause) {
		super(message, cause);
		this.original = original;
		String type = original.getClass().getName();
		this.text = (message != null) ? type + ": " + message : type;
		setStackTrace(Throwables.frames(original));
	}

	/** Returns the throwable itself if its messages contain no secret. */
	static Throwable of(Throwable thrown, Redactor redactor) {
		boolean secret = Throwables.related(thrown)
			.stream()
			.map(Throwables::message)
			.anyMatch((message) -> message != null && !redactor.redact(message).equals(message));
		return secret ? copy(thrown, redactor, new IdentityHashMap<>()) : thrown;
	}

	/** Those that contain each other are copied once. */
	private static Throwable copy(Throwable thrown, Redactor redactor, Map<Throwable, Boolean> copied) {
		copied.put(thrown, true);
		Throwable cause = Throwables.cause(thrown);
		Throwable copiedCause = (cause != null && !copied.containsKey(cause)) ? copy(cause, redactor, copied) : null;
		String message = Throwables.message(thrown);
		MaskedThrowable copy = new MaskedThrowable(thrown, (message != null) ? redactor.redact(message) : null,
				copiedCause);
		for (Throwable suppressed : thrown.getSuppressed()) {
			if (!copied.containsKey(suppressed)) {
				copy.addSuppressed(copy(suppressed, redactor, copied));
			}
		}
		return copy;
	}

	static @Nullable Throwable unmasked(@Nullable Throwable thrown) {
		return (thrown instanceof MaskedThrowable masked) ? masked.original : thrown;
	}

	@Override
	public String toString() {
		return this.text;
	}

}

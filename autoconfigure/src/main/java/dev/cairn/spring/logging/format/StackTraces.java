package dev.cairn.spring.logging.format;

import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.logging.StackTracePrinter;
import org.springframework.boot.logging.StandardStackTracePrinter;

/**
 * Prints stack traces as Boot's properties demand.
 *
 * @param printer the printer
 */
record StackTraces(StackTracePrinter printer) {

	static StackTraces of(@Nullable StackTracePrinter printer) {
		return new StackTraces((printer != null) ? printer : StandardStackTracePrinter.rootLast());
	}

	String print(Throwable thrown) {
		try {
			return this.printer.printStackTraceToString(thrown);
		}
		catch (Throwable ex) {
			Throwables.rethrowFatal(ex);
			// The methods of the throwable fail
			return Throwables.stackTrace(thrown);
		}
	}

}

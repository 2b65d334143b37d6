package dev.cairn.spring.logging;

import dev.cairn.LogEntry;
import org.jspecify.annotations.Nullable;

/**
 * Changes or drops log entries before they are rendered, in any format. Beans of this
 * type are called in their order ({@code @Order}), each with the result of the one
 * before. They are called after failures were captured, and after rules and listeners
 * have received the entry as it was logged.
 * <p>
 * A processor is called by the thread that logs. It must be thread-safe and quick. It
 * does not receive the entries that it logs itself. If it throws an exception, the entry
 * remains as it is, and the exception is counted and logged once.
 */
@FunctionalInterface
public interface LogProcessor {

	/**
	 * Processes an entry.
	 * @param entry the entry
	 * @return the same entry, a changed copy such as {@link LogEntry#with}, or
	 * {@code null} to drop it
	 */
	@Nullable LogEntry process(LogEntry entry);

}

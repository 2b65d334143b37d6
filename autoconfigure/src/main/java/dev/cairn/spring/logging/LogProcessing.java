package dev.cairn.spring.logging;

import java.util.List;
import java.util.Optional;

import dev.cairn.LogEntry;
import dev.cairn.delivery.Channel;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Extensions.Named;
import org.jspecify.annotations.Nullable;

/**
 * Calls the processors of log entries one after the other, and counts the entries and
 * those that are dropped. Thread-safe.
 */
final class LogProcessing {

	private final List<Named<LogProcessor>> processors;

	private final Extensions extensions;

	private final Channel account;

	LogProcessing(List<LogProcessor> processors, Extensions extensions, Channel account) {
		this.processors = Extensions.named("log processor", processors);
		this.extensions = extensions;
		this.account = account;
	}

	/**
	 * Returns the processed entry, or {@code null} to drop it. A processor that fails, or
	 * that the thread is in, leaves the entry as it is.
	 */
	@Nullable LogEntry process(LogEntry entry) {
		this.account.offered();
		LogEntry processed = entry;
		for (Named<LogProcessor> processor : this.processors) {
			LogEntry current = processed;
			Optional<LogEntry> result = this.extensions.call(processor,
					(called) -> Optional.ofNullable(called.process(current)).map((each) -> formatted(each, current)));
			if (result != null && result.isEmpty()) {
				this.account.filtered();
				return null;
			}
			processed = (result != null) ? result.get() : current;
		}
		this.account.accepted(1);
		this.account.delivered(1);
		return processed;
	}

	/** Calls the formatter of a processor, which may fail, only here. */
	private static LogEntry formatted(LogEntry processed, LogEntry entry) {
		if (processed.formatter() == entry.formatter()) {
			return processed;
		}
		String text = String.valueOf(processed.text());
		return new LogEntry(processed.time(), processed.level(), processed.logger(), processed.thread(),
				processed.template(), processed.arguments(), () -> text, processed.keyValues(), processed.bindings(),
				processed.throwable());
	}

}

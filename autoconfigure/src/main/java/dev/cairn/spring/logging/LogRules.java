package dev.cairn.spring.logging;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import dev.cairn.Cairn;
import dev.cairn.Event;
import dev.cairn.LogEntry;
import dev.cairn.Message;
import dev.cairn.MessageFields;
import dev.cairn.Severity;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import dev.cairn.engine.Settings;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.WarnOnce;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.util.function.SingletonSupplier;

/**
 * Records metrics of log entries, and publishes entries as messages, according to its
 * rules. Thread-safe.
 */
final class LogRules implements SignalListener, SmartInitializingSingleton {

	private static final Set<String> OWN_FIELDS = Set.of(MessageFields.THREAD, MessageFields.LOG_TEMPLATE,
			MessageFields.LOG_CONTEXT, MessageFields.ERROR_ID);

	/** The name under which failures are counted. */
	private static final String NAME = "log rule";

	private static final String RENAMED_PREFIX = "field_";

	private final WarnOnce problems = new WarnOnce(LoggerFactory.getLogger(LogRule.class));

	private final List<LogRule> rules;

	private final SingletonSupplier<Cairn> cairn;

	private final Extensions extensions;

	private final Settings.Holder settings;

	LogRules(List<LogRule> rules, SingletonSupplier<Cairn> cairn, Extensions extensions, Settings.Holder settings) {
		this.rules = List.copyOf(rules);
		this.cairn = cairn;
		this.extensions = extensions;
		this.settings = settings;
	}

	/** Lines may be written after the context is closed. */
	@Override
	public void afterSingletonsInstantiated() {
		this.cairn.obtain();
	}

	@Override
	public Level logLevel() {
		return this.rules.stream().map(LogRule::level).min(Comparator.comparing(Level::toInt)).orElse(Level.ERROR);
	}

	@Override
	public void logged(LogEntry entry, @Nullable UnitOfWork unit) {
		boolean published = false;
		Set<Integer> off = this.settings.get().logRulesOff();
		for (int i = 0; i < this.rules.size(); i++) {
			LogRule rule = this.rules.get(i);
			if (!off.contains(i) && Boolean.TRUE.equals(this.extensions.get(NAME, () -> rule.matches(entry)))) {
				this.extensions.guard(NAME, () -> rule.measure(entry, this.cairn.obtain(), this.problems));
				published |= rule.message();
			}
		}
		if (published) {
			publish(entry);
		}
	}

	/** Not bound to a transaction: a line is written as well if that is rolled back. */
	private void publish(LogEntry entry) {
		Event message = this.cairn.obtain()
			.message(Message.TYPE_LOG)
			.logger(entry.logger())
			.severity(severity(entry.level()))
			.timestamp(entry.time())
			.payload(entry.text())
			.field(MessageFields.THREAD, entry.thread());
		entry.keyValues().forEach((key, value) -> message.field(name(entry, key), value));
		if (!entry.arguments().isEmpty()) {
			message.field(MessageFields.LOG_TEMPLATE, entry.template());
		}
		Map<String, String> context = new TreeMap<>(entry.bindings());
		if (context.get(LogEntry.ERROR_ID) != null) {
			message.field(MessageFields.ERROR_ID, context.get(LogEntry.ERROR_ID));
		}
		context.keySet().removeAll(UnitOfWork.IDS);
		if (!context.isEmpty()) {
			message.field(MessageFields.LOG_CONTEXT, context);
		}
		if (entry.throwable() != null) {
			message.thrown(entry.throwable());
		}
		message.immediately().publish();
	}

	private static String name(LogEntry entry, String key) {
		String name = key;
		while (OWN_FIELDS.contains(name) || (!name.equals(key) && entry.keyValues().containsKey(name))) {
			name = RENAMED_PREFIX + name;
		}
		return name;
	}

	private static Severity severity(Level level) {
		return switch (level) {
			case ERROR -> Severity.ERROR;
			case WARN -> Severity.WARNING;
			case INFO -> Severity.INFORMATIONAL;
			case DEBUG, TRACE -> Severity.DEBUG;
		};
	}

}

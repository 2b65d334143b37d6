package dev.cairn.matrix.app;

import dev.cairn.CairnLogger;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/**
 * Logs events with {@link CairnLogger}, which Log4j2 receives by its binding to SLF4J,
 * and prints what Log4j2 knows of them.
 */
public final class LoggingApplication {

	private LoggingApplication() {
	}

	public static void main(String[] arguments) {
		PrintingAppender appender = new PrintingAppender();
		appender.start();
		LoggerContext context = LoggerContext.getContext(false);
		context.getConfiguration().getRootLogger().addAppender(appender, Level.INFO, null);
		context.getConfiguration().getRootLogger().setLevel(Level.INFO);
		context.updateLoggers();
		CairnLogger log = CairnLogger.of("shop.Orders").bind("user", "ann");
		log.info("order.placed", "total", 19.5, "happy", true);
		log.debug("order.hidden", "total", 1);
		log.unbind("user").error("order.failed", "total", 7L, new IllegalStateException("no stock"));
	}

	/** Prints a line for each entry. */
	private static final class PrintingAppender extends AbstractAppender {

		PrintingAppender() {
			super("printing", null, null, true, Property.EMPTY_ARRAY);
		}

		@Override
		public boolean requiresLocation() {
			return true;
		}

		@Override
		public void append(LogEvent event) {
			StringBuilder line = new StringBuilder("entry: ").append(event.getLevel())
				.append(' ')
				.append(event.getLoggerName())
				.append(' ')
				.append(event.getMessage().getFormattedMessage());
			event.getContextData()
				.forEach((key, value) -> line.append(' ')
					.append(key)
					.append('=')
					.append(value.getClass().getSimpleName())
					.append(':')
					.append((Object) value));
			line.append(" in ")
				.append(event.getSource().getClassName())
				.append('#')
				.append(event.getSource().getMethodName());
			if (event.getThrown() != null) {
				line.append(" with ").append(event.getThrown());
			}
			System.out.println(line);
		}

	}

}

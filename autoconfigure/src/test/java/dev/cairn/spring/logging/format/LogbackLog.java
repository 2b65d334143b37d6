package dev.cairn.spring.logging.format;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * A logging system of its own with one appender that has a structured format.
 */
final class LogbackLog {

	private LogbackLog() {
	}

	/**
	 * Return the lines of calls.
	 * @param format the value of Boot's property
	 * @param calls the calls
	 * @param properties {@code name=value}
	 * @return the text of each entry with its end
	 */
	static List<String> lines(String format, Consumer<org.slf4j.Logger> calls, String... properties) {
		return lines(format, (logger, appender) -> {
			logger.addAppender(appender);
			calls.accept(logger);
		}, properties);
	}

	/** Writes an event without the guard of the appender. */
	static List<String> lines(String format, ILoggingEvent event) {
		return lines(format, (logger, appender) -> appender.append(event));
	}

	private static List<String> lines(String format, BiConsumer<Logger, Lines> calls, String... properties) {
		LoggerContext context = new LoggerContext();
		context.setMDCAdapter(((LoggerContext) LoggerFactory.getILoggerFactory()).getMDCAdapter());
		StandardEnvironment environment = environment(format, properties);
		context.putObject(Environment.class.getName(), environment);
		StructuredLogEncoder encoder = new StructuredLogEncoder();
		encoder.setContext(context);
		encoder.setFormat(Objects.requireNonNull(environment.getProperty("logging.structured.format.console")));
		encoder.start();
		Lines appender = new Lines(encoder);
		appender.setContext(context);
		appender.start();
		calls.accept(context.getLogger("com.example.Shop"), appender);
		context.stop();
		return appender.lines;
	}

	static StandardEnvironment environment(String format, String... properties) {
		Map<String, Object> values = new LinkedHashMap<>();
		values.put("logging.structured.format.console", format);
		values.put("spring.application.name", "shop");
		values.put("spring.application.version", "1.0");
		values.put("spring.application.pid", "42");
		for (String property : properties) {
			int end = property.indexOf('=');
			values.put(property.substring(0, end), property.substring(end + 1));
		}
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", values));
		new LogFormats().postProcessEnvironment(environment, new SpringApplication());
		return environment;
	}

	/**
	 * Keeps the text of each entry.
	 */
	private static final class Lines extends AppenderBase<ILoggingEvent> {

		private final StructuredLogEncoder encoder;

		private final List<String> lines = new ArrayList<>();

		Lines(StructuredLogEncoder encoder) {
			this.encoder = encoder;
		}

		@Override
		protected void append(ILoggingEvent event) {
			this.lines.add(new String(this.encoder.encode(event), StandardCharsets.UTF_8));
		}

	}

}

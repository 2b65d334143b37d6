package dev.cairn.spring.logging.format;

import java.util.List;
import java.util.logging.Level;

import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.Delivery;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.Destination;
import dev.cairn.delivery.Sink;
import dev.cairn.spring.logging.LogProcessor;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.MarkerManager;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.message.Message;
import org.apache.logging.log4j.message.StringMapMessage;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * An application that logs with Log4j2.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class Log4jApplication {

	public static void main(String[] arguments) {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Log4jApplication.class)
			.web(WebApplicationType.NONE)
			.run(arguments)) {
			log(LogManager.getLogger("com.example.Shop"));
			ThreadContext.put("user", "u2");
			java.util.logging.Logger.getLogger("com.acme.Legacy")
				.log(Level.SEVERE, "legacy failed", new IllegalStateException("of the JDK"));
			ThreadContext.clearAll();
		}
	}

	/** Logs at ERROR on the thread of the caller, and on its own. */
	@Bean
	Sink loggingSink(Accounts ledger, DeliveryOptions options) {
		Logger logger = LogManager.getLogger("com.acme.Sink");
		return new AsyncSink(ledger.channel("logging"), new Destination() {

			@Override
			public @Nullable Object context(dev.cairn.Message message) {
				logger.error("the sink logs when it is called", new IllegalStateException("of the sink"));
				return null;
			}

			@Override
			public void submit(List<Delivery> batch) {
				logger.error("the sink logs when it delivers", new IllegalStateException("of the sink"));
			}

		}, options);
	}

	@Bean
	LogProcessor processor() {
		return (entry) -> entry.logger().startsWith("com.example.") ? entry.with("processed", true) : entry;
	}

	static void log(Logger logger) {
		ThreadContext.put("user", "u1");
		logger.info("order placed");
		ThreadContext.put("message", "bound");
		ThreadContext.put("error", "bound error");
		ThreadContext.put("order", "bound order");
		ThreadContext.put("order.id", "42");
		logger.atError()
			.withMarker(MarkerManager.getMarker("AUDIT"))
			.withThrowable(new IllegalStateException("broken"))
			.log("clash");
		logger.info(new StringMapMessage().with("happy", "yes"));
		logger.info("x".repeat(1_000_000));
		logger.info("forged\n{}\r\u001b[31mred", "level=error");
		logger.error((String) null, new NullPointerException());
		logger.info((Message) null);
		logger.error("unreadable", new Unreadable());
		ThreadContext.clearAll();
	}

	private static final class Unreadable extends RuntimeException {

		@Override
		public String getMessage() {
			throw new IllegalStateException("no message");
		}

	}

}

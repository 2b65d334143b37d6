package dev.cairn.spring.logging.format;

import dev.cairn.spring.logging.LogProcessor;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.MarkerManager;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.message.Message;
import org.apache.logging.log4j.message.StringMapMessage;

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
		}
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

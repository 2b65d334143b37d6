package dev.cairn.spring.sentry;

import java.util.List;
import java.util.Spliterators;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.sentry.logback.SentryAppender;
import org.slf4j.ILoggerFactory;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;

/**
 * The appenders of Sentry in Logback. Those of the application remain. Sentry's
 * integration registers none, because its level of events cannot be off.
 */
record SentryAppenders(ILoggerFactory loggers) implements BeanPostProcessor {

	private static final String INITIALIZER = "sentryLogbackInitializer";

	@Override
	public Object postProcessBeforeInitialization(Object bean, String name) {
		return name.equals(INITIALIZER) ? (ApplicationListener<ApplicationEvent>) (event) -> {
		} : bean;
	}

	/** Returns whether a logger has an appender of the application. */
	boolean isOn(String name) {
		return this.loggers instanceof LoggerContext context && has(context.getLogger(name), (appender) -> true);
	}

	/** Returns the loggers with an appender of the application that captures events. */
	List<String> capturing() {
		return (this.loggers instanceof LoggerContext context) ? context.getLoggerList()
			.stream()
			.filter((logger) -> has(logger, SentryAppenders::isCapturing))
			.map(Logger::getName)
			.toList() : List.of();
	}

	private static boolean isCapturing(SentryAppender appender) {
		return appender.getMinimumEventLevel().levelInt <= Level.ERROR_INT;
	}

	private static boolean has(Logger logger, Predicate<SentryAppender> condition) {
		return StreamSupport.stream(Spliterators.spliteratorUnknownSize(logger.iteratorForAppenders(), 0), false)
			.flatMap((appender) -> (appender instanceof SentryAppender found) ? Stream.of(found) : Stream.empty())
			.anyMatch(condition);
	}

}

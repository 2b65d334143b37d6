package dev.cairn.spring.kafka;

import java.util.Set;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggerContextListener;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.helpers.MessageFormatter;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/**
 * Drops the log entries with which Cairn's own Kafka clients repeat that the broker is
 * unavailable, and keeps the last one as the reason for Cairn's own warning.
 */
final class QuietKafkaFilter extends TurboFilter implements LoggerContextListener, InitializingBean, DisposableBean {

	private static final String KAFKA = "org.apache.kafka.";

	private static final String SINK_THREAD = "cairn-kafka";

	private static final String CONNECTIONS = "org.apache.kafka.clients.NetworkClient";

	/** Those of Cairn and of its clients, of which the name of a client is a part. */
	private final Set<String> threads;

	private final ClientLog log;

	private @Nullable LoggerContext loggers;

	QuietKafkaFilter(String clientId, ClientLog log) {
		this.log = log;
		this.threads = Set.of(SINK_THREAD, KafkaTopicsCheck.THREAD, "kafka-producer-network-thread | " + clientId,
				"kafka-admin-client-thread | " + clientId + KafkaTopicsCheck.CLIENT_SUFFIX);
	}

	@Override
	public void afterPropertiesSet() {
		if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
			addTo(context);
		}
	}

	void addTo(LoggerContext context) {
		this.loggers = context;
		context.addListener(this);
		context.addTurboFilter(this);
		start();
	}

	@Override
	public FilterReply decide(@Nullable Marker marker, Logger logger, Level level, @Nullable String format,
			Object @Nullable [] params, @Nullable Throwable t) {
		// Logback asks for each call of each logger, and most of them are disabled
		if (level.levelInt < Level.INFO_INT || !logger.getName().startsWith(KAFKA) || !isQuiet(logger, level)) {
			return FilterReply.NEUTRAL;
		}
		if (level.levelInt >= Level.WARN_INT && format != null) {
			this.log.note(MessageFormatter.arrayFormat(format, params).getMessage());
		}
		return FilterReply.DENY;
	}

	/**
	 * The sink handles every failure on its own thread as an exception, and reports
	 * failed connections with the reason.
	 */
	private boolean isQuiet(Logger logger, Level level) {
		String thread = Thread.currentThread().getName();
		return this.threads.contains(thread) && (thread.equals(SINK_THREAD) || level.levelInt < Level.ERROR_INT
				|| logger.getName().equals(CONNECTIONS));
	}

	@Override
	public boolean isResetResistant() {
		return true;
	}

	/** A configuration that is read again removes all filters. */
	@Override
	public void onReset(LoggerContext context) {
		context.addTurboFilter(this);
		start();
	}

	@Override
	public void onStart(LoggerContext context) {
	}

	@Override
	public void onStop(LoggerContext context) {
	}

	@Override
	public void onLevelChange(Logger logger, Level level) {
	}

	@Override
	public void destroy() {
		if (this.loggers != null) {
			this.loggers.removeListener(this);
			this.loggers.getTurboFilterList().remove(this);
			stop();
		}
	}

}

package dev.cairn.spring.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/**
 * Keeps the Kafka client of Cairn's own publisher from repeating once a second that the
 * broker is away: Cairn says it once, and again when the broker is back. What the
 * application's own Kafka clients log is not touched, since they have other threads.
 */
public final class QuietKafkaFilter extends TurboFilter implements InitializingBean, DisposableBean {

	private static final String KAFKA = "org.apache.kafka.";

	private static final String SINK_THREAD = "cairn-kafka";

	private final LoggerContext loggers;

	private final String networkThread;

	/**
	 * Create a filter.
	 * @param loggers the loggers that it listens to
	 * @param clientId the client id of Cairn's producer, which names its network thread
	 */
	public QuietKafkaFilter(LoggerContext loggers, String clientId) {
		this.loggers = loggers;
		this.networkThread = "kafka-producer-network-thread | " + clientId;
	}

	@Override
	public void afterPropertiesSet() {
		this.loggers.addTurboFilter(this);
		start();
	}

	@Override
	public FilterReply decide(@Nullable Marker marker, Logger logger, Level level, @Nullable String format,
			Object @Nullable [] params, @Nullable Throwable t) {
		return (logger.getName().startsWith(KAFKA) && isQuiet(level)) ? FilterReply.DENY : FilterReply.NEUTRAL;
	}

	/**
	 * What goes wrong on the thread of the sink comes back to the sink as an exception.
	 */
	private boolean isQuiet(Level level) {
		String thread = Thread.currentThread().getName();
		return thread.equals(SINK_THREAD) || (level.levelInt < Level.ERROR_INT && thread.equals(this.networkThread));
	}

	@Override
	public void destroy() {
		this.loggers.getTurboFilterList().remove(this);
		stop();
	}

}

package dev.cairn.statsd;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

import dev.cairn.Lifecycle;
import dev.cairn.delivery.Channel;
import dev.cairn.internal.Datagrams;
import dev.cairn.metrics.MeterSampling;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.util.HierarchicalNameMapper;
import io.micrometer.statsd.StatsdConfig;

/**
 * A registry that aggregates its meters in process. Once started, a thread of its own
 * writes the values since the last flush as lines of StatsD, in the flavors and with the
 * names of Micrometer's own registry, and sends them. Recording takes no lock, allocates
 * nothing and never waits for the server. The Ledger counts samples: the increase of a
 * counter, a value of a timer or a summary, or a reading of a gauge. Thread-safe.
 */
public final class StatsdRegistry extends AggregatingRegistry implements Lifecycle {

	private final Duration closeTimeout;

	private final StatsdFlusher flusher;

	private volatile boolean openUntilStopped;

	/**
	 * Creates a registry. It sends nothing at an interval until it is started.
	 * @param config the flavor, the packet length and the polling frequency of gauges
	 * @param clock the clock
	 * @param mapper maps names for the flavor that has no tags
	 * @param options the options for flushing and holding
	 * @param sampling the rates of the meters
	 * @param channel the channel that counts samples
	 * @param transport the transport to use
	 */
	public StatsdRegistry(StatsdConfig config, Clock clock, HierarchicalNameMapper mapper, Options options,
			MeterSampling sampling, Channel channel, Transport transport) {
		super(config, clock, mapper, options, sampling);
		this.closeTimeout = options.closeTimeout();
		this.flusher = new StatsdFlusher(config, options, channel, transport, meters());
	}

	@Override
	void hurry() {
		this.flusher.hurry();
	}

	@Override
	public void start() {
		this.flusher.start();
	}

	@Override
	public void suspend(Duration timeout) {
		this.flusher.suspend(timeout);
	}

	/**
	 * Reads all gauges once more, sends everything, and ends. Samples that cannot be sent
	 * within the timeout are counted as dropped.
	 */
	@Override
	public void stop(Duration timeout) {
		if (!isClosed()) {
			this.flusher.stop(timeout);
			super.close();
		}
	}

	/**
	 * Sends the values that were recorded so far.
	 * @param timeout the maximum time to wait
	 * @return whether everything was sent
	 */
	public boolean flush(Duration timeout) {
		return this.flusher.flush(timeout);
	}

	/**
	 * Has {@link #close()} only send the values so far, and {@link #stop} end the
	 * registry. Spring Boot closes registries as soon as a context begins to close, while
	 * the last requests are still served.
	 * @return this registry
	 */
	public StatsdRegistry openUntilStopped() {
		this.openUntilStopped = true;
		return this;
	}

	/**
	 * Has the registry send its values only while a switch is on. Values of a time when
	 * it is off are counted as filtered, and not sent later.
	 * @param on returns whether to send; called by the thread that writes the values
	 * @return this registry
	 */
	public StatsdRegistry sendWhile(BooleanSupplier on) {
		this.flusher.sendWhile(on);
		return this;
	}

	/**
	 * Ends the registry as {@link #stop} does, unless it is {@link #openUntilStopped()}.
	 */
	@Override
	public void close() {
		if (this.openUntilStopped) {
			flush(Duration.ZERO);
		}
		else {
			stop(this.closeTimeout);
		}
	}

	/**
	 * Options of a registry.
	 *
	 * @param flushInterval the interval at which the meters are written
	 * @param samples the approximate number of samples that a timer or summary holds
	 * between two flushes
	 * @param packed whether several samples share a line, which only servers of Datadog's
	 * flavor understand
	 * @param closeTimeout the time that closing may take
	 */
	public record Options(Duration flushInterval, int samples, boolean packed, Duration closeTimeout) {

		/** The default number of samples. */
		public static final int SAMPLES = 131_072;

		/** The default options. */
		public static final Options DEFAULT = new Options(Duration.ofSeconds(1), SAMPLES, false, Duration.ofSeconds(1));

		/**
		 * Checks the values.
		 */
		public Options {
			if (flushInterval.isNegative() || flushInterval.isZero() || samples < 1 || closeTimeout.isNegative()) {
				throw new IllegalArgumentException("flushInterval and samples must be positive and closeTimeout not "
						+ "negative, but they were " + flushInterval + ", " + samples + " and " + closeTimeout);
			}
		}

	}

	/**
	 * Sends packets to a server. Used by one thread at a time, which it may block.
	 */
	@FunctionalInterface
	public interface Transport extends Closeable {

		/**
		 * Sends a packet. The array is used again once this has returned.
		 * @param packet lines, separated by line feeds
		 * @param length the number of bytes to send
		 * @throws IOException if the packet was not sent; the transport can be used again
		 */
		void send(byte[] packet, int length) throws IOException;

		/**
		 * Releases the connection. Another packet opens a new one.
		 */
		@Override
		default void close() throws IOException {
		}

		/**
		 * Returns a transport that sends each packet as a datagram. A packet counts as
		 * sent when the operating system has accepted it.
		 * @param host the name of the server
		 * @param port the port of the server
		 * @return a transport that opens its socket at the first packet
		 * @throws IllegalArgumentException if the port is invalid
		 */
		static Transport udp(String host, int port) {
			return new UdpTransport(new Datagrams(host, port));
		}

		/**
		 * Returns a transport that sends each packet, followed by a line feed, over a
		 * connection that is opened again after a failure.
		 * @param host the name of the server
		 * @param port the port of the server
		 * @return a transport that connects at the first packet
		 */
		static Transport tcp(String host, int port) {
			return new TcpTransport(host, port);
		}

	}

}

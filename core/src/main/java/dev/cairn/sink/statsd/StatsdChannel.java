package dev.cairn.sink.statsd;

import java.time.Duration;
import java.util.function.Consumer;

import dev.cairn.Ledger;
import dev.cairn.sink.AsyncSink;
import dev.cairn.sink.DeliveryOptions;

/**
 * The way of StatsD lines: counted, queued, packed and sent, without blocking whoever
 * records a metric. Thread-safe.
 */
public final class StatsdChannel implements Consumer<String>, AutoCloseable {

	/** What a short string keeps from the heap besides its characters. */
	private static final int STRING_WEIGHT = 56;

	private final AsyncSink<String> sink;

	private final Duration closeTimeout;

	/**
	 * Create a channel and start its thread.
	 * @param channel the account, in lines
	 * @param sender sends the lines
	 * @param options how to queue, batch and retry
	 * @param closeTimeout how long closing may take
	 */
	public StatsdChannel(Ledger.Channel channel, StatsdLineSender sender, DeliveryOptions options,
			Duration closeTimeout) {
		this.sink = new AsyncSink<>(channel, sender, (line) -> STRING_WEIGHT + line.length(), options);
		this.closeTimeout = closeTimeout;
	}

	/**
	 * Take a line. Line breaks in it, which a tag value may have brought, cannot start
	 * another metric.
	 * @param line a line of the StatsD protocol, without its end
	 */
	@Override
	public void accept(String line) {
		this.sink.channel().offered();
		this.sink.offer(line.replace('\n', '_').replace('\r', '_'));
	}

	/**
	 * Wait until what was accepted so far is sent or dropped.
	 * @param timeout how long to wait at the most
	 * @return whether nothing is held any more
	 */
	public boolean flush(Duration timeout) {
		return this.sink.flush(timeout);
	}

	@Override
	public void close() {
		this.sink.close(this.closeTimeout);
	}

}

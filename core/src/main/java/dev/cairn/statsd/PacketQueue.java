package dev.cairn.statsd;

import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

import dev.cairn.Ledger.DropReason;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.OutageLogger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends packets and keeps those that the server does not accept, in order, until it does:
 * the oldest are dropped if there are too many, and all expire. Not thread-safe.
 */
final class PacketQueue {

	/** The number of bytes held while the server is away. */
	private static final int CAPACITY = 4 * 1024 * 1024;

	private static final long EXPIRY = Duration.ofMinutes(1).toNanos();

	private static final long FIRST_PAUSE = Duration.ofMillis(100).toNanos();

	private static final long LONGEST_PAUSE = Duration.ofSeconds(5).toNanos();

	private static final byte[] NONE = new byte[0];

	private static final Logger logger = LoggerFactory.getLogger(PacketQueue.class);

	private final StatsdRegistry.Transport transport;

	private final Channel channel;

	private final OutageLogger outage;

	private final Deque<Packet> waiting = new ArrayDeque<>();

	private long bytes;

	/** The array of the latest packet that was sent, for the next one. */
	private byte[] spare = NONE;

	private volatile BooleanSupplier on = () -> true;

	private boolean closing;

	private long pause;

	private long notBefore = System.nanoTime();

	PacketQueue(StatsdRegistry.Transport transport, Channel channel) {
		this.transport = transport;
		this.channel = channel;
		this.outage = new OutageLogger(channel, channel::state, CAPACITY + " bytes");
	}

	/** Keeps only the packets that are added while a switch is on. */
	void addWhile(BooleanSupplier on) {
		this.on = on;
	}

	/** Adds a copy of a packet and sends it if nothing holds it up. */
	void add(byte[] packet, int length, int samples) {
		this.channel.offered(samples);
		if (!this.on.getAsBoolean()) {
			this.channel.filtered(samples);
			return;
		}
		while (!this.waiting.isEmpty() && this.bytes + length > CAPACITY) {
			drop(DropReason.OVERFLOW);
		}
		this.channel.accepted(samples);
		byte[] copy = (this.spare.length >= length) ? this.spare : new byte[length];
		this.spare = NONE;
		System.arraycopy(packet, 0, copy, 0, length);
		this.waiting.add(new Packet(copy, length, samples, System.nanoTime()));
		this.bytes += length;
		send();
	}

	/** Counts samples that are in no packet. */
	void dropped(long samples, DropReason reason) {
		if (samples > 0) {
			this.channel.offered(samples);
			this.channel.dropped(reason, samples);
		}
	}

	void sampledOut(long samples) {
		if (samples > 0) {
			this.channel.offered(samples);
			this.channel.sampledOut(samples);
		}
	}

	private void drop(DropReason reason) {
		this.channel.dropped(reason, remove().samples());
	}

	private Packet remove() {
		Packet oldest = this.waiting.remove();
		this.bytes -= oldest.length();
		return oldest;
	}

	/** Sends the waiting packets unless the last attempt has just failed. */
	void send() {
		long now = System.nanoTime();
		while (!this.waiting.isEmpty() && now - this.waiting.element().since() > EXPIRY) {
			drop(DropReason.EXPIRED);
		}
		if (now - this.notBefore >= 0) {
			sendNow();
		}
	}

	/** Sends the waiting packets, even if the last attempt has just failed. */
	void sendNow() {
		try {
			while (!this.waiting.isEmpty()) {
				this.transport.send(this.waiting.element().bytes(), this.waiting.element().length());
				Packet sent = remove();
				this.spare = sent.bytes();
				this.channel.delivered(sent.samples());
				this.pause = 0;
				this.outage.over();
			}
		}
		catch (IOException ex) {
			this.pause = Math.min(Math.max(FIRST_PAUSE, 2 * this.pause), LONGEST_PAUSE);
			this.notBefore = System.nanoTime() + this.pause;
			Packet oldest = this.waiting.element();
			String remedy = (ex instanceof UnknownHostException) ? "; check management.statsd.metrics.export.host" : "";
			this.outage.failed(ex.getClass().getSimpleName() + ": " + ex.getMessage() + remedy, oldest.since(),
					!this.closing);
		}
	}

	boolean isEmpty() {
		return this.waiting.isEmpty();
	}

	/** Returns whether the last attempt to send has failed. */
	boolean isFailing() {
		return this.pause > 0;
	}

	void stopWarning() {
		this.closing = true;
	}

	/** Drops the waiting packets, which could not be sent in the time that has passed. */
	void dropAll(Duration waited) {
		long lost = this.waiting.stream().mapToLong(Packet::samples).sum();
		while (!this.waiting.isEmpty()) {
			drop(DropReason.SHUTDOWN);
		}
		if (lost > 0) {
			logger.warn("Cairn: {} was closed with {} samples that could not be delivered within {} ms",
					this.channel.name(), lost, waited.toMillis());
		}
	}

	/** Closes the transport, which opens again when it sends the next packet. */
	void close() throws IOException {
		this.transport.close();
	}

	/**
	 * Some lines.
	 */
	private record Packet(byte[] bytes, int length, int samples, long since) {

	}

}

package dev.cairn.statsd;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

import dev.cairn.DropReason;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.Outage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packets on their way. What a server that is away does not take waits for a while, in
 * its order; the oldest make room. For one thread.
 */
final class PacketQueue implements PacketBuilder.Outlet, SampleAccount {

	private static final long FIRST_PAUSE = Duration.ofMillis(100).toNanos();

	private static final long LONGEST_PAUSE = Duration.ofSeconds(5).toNanos();

	private static final Logger logger = LoggerFactory.getLogger(PacketQueue.class);

	private final Transport transport;

	private final Channel account;

	private final long capacity;

	private final long expiryNanos;

	private final Outage outage;

	private final Deque<Packet> waiting = new ArrayDeque<>();

	private long bytes;

	private boolean closing;

	private long pause;

	private long notBefore = System.nanoTime();

	PacketQueue(Transport transport, Channel account, StatsdOptions options) {
		this.transport = transport;
		this.account = account;
		this.capacity = options.capacity();
		this.expiryNanos = options.expiry().toNanos();
		this.outage = new Outage(account, account::state, options.capacity() + " bytes");
	}

	@Override
	public void packet(byte[] packet, int samples) {
		this.account.offered(samples);
		while (!this.waiting.isEmpty() && this.bytes + packet.length > this.capacity) {
			drop(DropReason.OVERFLOW);
		}
		this.account.accepted(samples);
		this.waiting.add(new Packet(packet, samples, System.nanoTime()));
		this.bytes += packet.length;
		send();
	}

	@Override
	public void tooLong(int samples) {
		this.account.offered(samples);
		this.account.dropped(DropReason.OVERSIZE, samples);
	}

	@Override
	public void lost(long samples, DropReason reason) {
		this.account.offered(samples);
		this.account.dropped(reason, samples);
	}

	/** Count samples that nobody wanted. */
	void sampledOut(long samples) {
		this.account.offered(samples);
		this.account.sampledOut(samples);
	}

	private void drop(DropReason reason) {
		Packet oldest = this.waiting.remove();
		this.bytes -= oldest.bytes().length;
		this.account.dropped(reason, oldest.samples());
	}

	/** Send what waits, unless the server has just failed. */
	void send() {
		long now = System.nanoTime();
		while (!this.waiting.isEmpty() && now - this.waiting.element().since() > this.expiryNanos) {
			drop(DropReason.EXPIRED);
		}
		if (now - this.notBefore >= 0) {
			sendNow();
		}
	}

	/** Send what waits, whatever happened before. */
	void sendNow() {
		try {
			while (!this.waiting.isEmpty()) {
				this.transport.send(this.waiting.element().bytes());
				Packet sent = this.waiting.remove();
				this.bytes -= sent.bytes().length;
				this.account.delivered(sent.samples());
				this.pause = 0;
				this.outage.over();
			}
		}
		catch (IOException ex) {
			this.pause = Math.min(Math.max(FIRST_PAUSE, 2 * this.pause), LONGEST_PAUSE);
			this.notBefore = System.nanoTime() + this.pause;
			Packet oldest = this.waiting.element();
			this.outage.failed(ex.getClass().getSimpleName() + ": " + ex.getMessage(), oldest.since(), !this.closing);
		}
	}

	boolean isEmpty() {
		return this.waiting.isEmpty();
	}

	/** From now on failures are nothing to warn of. */
	void closing() {
		this.closing = true;
	}

	/** Whatever has not been sent will not be. */
	void close(Duration after) {
		long lost = 0;
		while (!this.waiting.isEmpty()) {
			lost += this.waiting.element().samples();
			drop(DropReason.SHUTDOWN);
		}
		if (lost > 0) {
			logger.warn("Cairn: {} was closed with {} samples that could not be delivered in {} ms",
					this.account.name(), lost, after.toMillis());
		}
	}

	/**
	 * Some lines.
	 *
	 * @param bytes the lines
	 * @param samples how many samples they tell of
	 * @param since when they were written
	 */
	private record Packet(byte[] bytes, int samples, long since) {

	}

}

package dev.cairn.sink;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.cairn.DropReason;
import dev.cairn.Ledger;
import dev.cairn.Redactor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what waits in the memory of a sink to its disk, on a thread of its own, and knows
 * what is to be delivered next. The order is that of the offers: while there is anything
 * on the disk all that comes goes there, behind it, and what is on the disk goes first. A
 * disk that fails, or is full, leaves all in memory until it works again.
 *
 * @param <T> what is delivered
 */
final class Spooler<T> {

	private static final Logger logger = LoggerFactory.getLogger(Spooler.class);

	private static final int CHUNK = 1000;

	private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final AsyncSink<T> sink;

	private final Ledger.Channel channel;

	private final DeliveryQueue<T> queue;

	private final Spool spool;

	private final SpoolCodec<T> codec;

	private final boolean durable;

	private final Thread thread;

	/** Older than the queue, younger than the disk; guarded by this. */
	private final Deque<Delivery<T>> ahead = new ArrayDeque<>();

	/** Whether a chunk is on its way to the disk; guarded by this. */
	private boolean storing;

	/** Guarded by this. */
	private Disk disk = Disk.UNKNOWN;

	/** Guarded by this. */
	private boolean away;

	private volatile boolean idle;

	private volatile boolean stopped;

	Spooler(AsyncSink<T> sink, DeliveryQueue<T> queue, Spooling<T> spooling) {
		this.sink = sink;
		this.channel = sink.channel();
		this.queue = queue;
		this.spool = spooling.spool();
		this.codec = spooling.codec();
		this.durable = spooling.durable();
		this.thread = new Thread(this::run, "cairn-" + this.channel.name() + "-spool");
		this.thread.setDaemon(true);
	}

	void start() {
		this.channel.spooled(this.spool::size);
		this.thread.start();
	}

	/** There is something to store; one of many callers wakes the thread. */
	void wakeIfIdle() {
		if (this.idle) {
			this.idle = false;
			LockSupport.unpark(this.thread);
		}
	}

	private void wake() {
		LockSupport.unpark(this.thread);
	}

	/** Say whether the destination is away: all that waits had better be on the disk. */
	void away(boolean away) {
		synchronized (this) {
			this.away = away;
		}
		if (away) {
			wake();
		}
	}

	/** Whether what comes goes over the disk at present. */
	synchronized boolean isActive() {
		return this.disk == Disk.WORKS && (this.away || hasStored());
	}

	/** Whether the disk works as far as is known. */
	synchronized boolean takesMore() {
		return this.disk != Disk.FAILS;
	}

	long size() {
		return this.spool.size();
	}

	/**
	 * Return what is to be delivered next.
	 * @return the oldest objects; none while they are on their way to the disk
	 */
	synchronized Batch<T> next(int most) {
		if (this.disk == Disk.UNKNOWN) {
			return Batch.empty();
		}
		if (hasStored()) {
			return read(most);
		}
		if (this.disk == Disk.WORKS && hasReasonToStore()) {
			return Batch.empty();
		}
		return new Batch<>(this.ahead.isEmpty() ? this.queue.poll(most) : takeAhead(most), false);
	}

	private boolean hasStored() {
		return this.storing || this.spool.size() > 0;
	}

	private boolean hasReasonToStore() {
		return this.durable || this.away || this.queue.isHalfFull();
	}

	private List<Delivery<T>> takeAhead(int most) {
		List<Delivery<T>> taken = new ArrayList<>();
		while (taken.size() < most && !this.ahead.isEmpty()) {
			taken.add(this.ahead.remove());
		}
		return taken;
	}

	private Batch<T> read(int most) {
		List<Delivery<T>> read = new ArrayList<>();
		try {
			List<byte[]> records = this.spool.peek(most);
			works();
			for (byte[] rec : records) {
				try {
					read.add(this.sink.ofSpool(this.codec.read(rec)));
				}
				catch (RuntimeException ex) {
					// Those before it go first; next time it is the oldest
					if (read.isEmpty()) {
						setAside(rec);
					}
					break;
				}
			}
		}
		catch (IOException ex) {
			failed("read from", ex);
		}
		return new Batch<>(read, true);
	}

	private void setAside(byte[] rec) throws IOException {
		this.spool.setAside(rec);
		this.spool.remove(1);
		this.channel.dropped(DropReason.CORRUPT);
	}

	/**
	 * What {@link #next} has read from the disk is settled up to the first that is not.
	 */
	void settled(List<Delivery<T>> read) {
		int settled = 0;
		while (settled < read.size() && read.get(settled).isSettled()) {
			settled++;
		}
		try {
			this.spool.remove(settled);
		}
		catch (IOException ex) {
			failed("write to", ex);
		}
	}

	/**
	 * Take back what could not be delivered, to have it on the disk too.
	 * @return whether it was taken; not when younger ones are there already
	 */
	synchronized boolean giveBack(List<Delivery<T>> batch) {
		if (this.disk != Disk.WORKS || hasStored()) {
			return false;
		}
		addAhead(batch);
		wake();
		return true;
	}

	private void addAhead(List<Delivery<T>> deliveries) {
		for (int i = deliveries.size() - 1; i >= 0; i--) {
			this.ahead.addFirst(deliveries.get(i));
		}
	}

	private void run() {
		while (!this.stopped && !open()) {
			LockSupport.parkNanos(this, IDLE_NANOS);
		}
		while (!this.stopped) {
			long pause = IDLE_NANOS;
			try {
				pause = round();
			}
			catch (Throwable ex) {
				failed("use", ex);
			}
			rest(pause);
		}
	}

	/** Whoever adds something after this has looked for it finds it idle. */
	private void rest(long pause) {
		this.idle = true;
		if (pause > BUSY_NANOS && this.queue.isHalfFull() && isWorking()) {
			return;
		}
		LockSupport.parkNanos(this, pause);
		this.idle = false;
	}

	/** What an earlier process has left counts as offered to this one. */
	private boolean open() {
		try {
			this.spool.open();
		}
		catch (IOException | RuntimeException ex) {
			failed("open", ex);
			return false;
		}
		long found = this.spool.size();
		this.channel.offered(found);
		this.channel.accepted(found);
		if (found > 0) {
			logger.info("Cairn: {} goes on with {} messages that were spooled before", this.channel.name(), found);
		}
		works();
		this.sink.wakeThread();
		return true;
	}

	/** Store what is to be stored, and return how long to rest. */
	private long round() {
		List<Delivery<T>> chunk = chunk();
		if (chunk.isEmpty()) {
			if (this.spool.size() > 0) {
				this.sink.wakeThread();
			}
			return isActive() ? BUSY_NANOS : IDLE_NANOS;
		}
		if (!store(chunk, false)) {
			synchronized (this) {
				addAhead(chunk.stream().filter((delivery) -> !delivery.isSettled()).toList());
				this.storing = false;
			}
			chunk.forEach(Delivery::endOfWait);
			return IDLE_NANOS;
		}
		synchronized (this) {
			this.storing = false;
		}
		this.sink.wakeThread();
		return 0;
	}

	private synchronized List<Delivery<T>> chunk() {
		if (!hasReasonToStore() && !hasStored()) {
			return List.of();
		}
		List<Delivery<T>> chunk = this.ahead.isEmpty() ? this.queue.poll(CHUNK) : takeAhead(CHUNK);
		this.storing = !chunk.isEmpty();
		return chunk;
	}

	private boolean store(List<Delivery<T>> deliveries, boolean first) {
		List<Delivery<T>> encoded = new ArrayList<>(deliveries.size());
		List<byte[]> records = new ArrayList<>(deliveries.size());
		for (Delivery<T> delivery : deliveries) {
			Lines.encode(delivery, () -> {
				records.add(this.codec.write(delivery.item()));
				encoded.add(delivery);
			});
		}
		try {
			if (first) {
				this.spool.prepend(records);
			}
			else {
				this.spool.append(records, this.durable);
			}
		}
		catch (IOException | RuntimeException ex) {
			failed("write to", ex);
			return false;
		}
		encoded.forEach(Delivery::stored);
		works();
		return true;
	}

	private synchronized boolean isWorking() {
		return this.disk == Disk.WORKS;
	}

	private synchronized void works() {
		if (this.disk == Disk.FAILS) {
			logger.info("Cairn: the spool of {} works again", this.channel.name());
		}
		this.disk = Disk.WORKS;
	}

	private synchronized void failed(String what, Throwable ex) {
		String error = "cannot " + what + " its spool: " + Redactor.DEFAULT.redact(ex.toString());
		this.channel.lastError(error);
		if (this.disk != Disk.FAILS) {
			this.disk = Disk.FAILS;
			logger.warn("Cairn: {} {}. What waits stays in memory, as far as there is room, until that works again",
					this.channel.name(), error);
		}
	}

	/**
	 * End: what is left in memory goes to the disk.
	 * @param inHand what was taken from memory and not delivered; older than all others
	 * @param deadline when to give up, {@link System#nanoTime()}
	 * @return what the disk did not take
	 */
	List<Delivery<T>> close(List<Delivery<T>> inHand, long deadline) {
		this.stopped = true;
		awaitStopped(deadline);
		List<Delivery<T>> left = new ArrayList<>();
		synchronized (this) {
			List<Delivery<T>> waiting = takeAhead(Integer.MAX_VALUE);
			waiting.addAll(this.queue.poll(Integer.MAX_VALUE));
			keep(inHand, true, left);
			keep(waiting, false, left);
			try {
				this.spool.close();
			}
			catch (IOException ex) {
				failed("close", ex);
			}
		}
		return left;
	}

	private void awaitStopped(long deadline) {
		wake();
		long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
		try {
			this.thread.join(left);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void keep(List<Delivery<T>> deliveries, boolean first, List<Delivery<T>> left) {
		if (!deliveries.isEmpty() && !store(deliveries, first)) {
			left.addAll(deliveries);
		}
	}

	/**
	 * How the disk is.
	 */
	private enum Disk {

		UNKNOWN, WORKS, FAILS

	}

	/**
	 * What is to be delivered.
	 *
	 * @param deliveries the oldest ones, in order
	 * @param stored whether they are on the disk, too
	 * @param <T> what is delivered
	 */
	record Batch<T>(List<Delivery<T>> deliveries, boolean stored) {

		static <T> Batch<T> empty() {
			return new Batch<>(List.of(), false);
		}

	}

}

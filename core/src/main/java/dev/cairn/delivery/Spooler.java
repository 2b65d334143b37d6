package dev.cairn.delivery;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.cairn.DropReason;
import dev.cairn.Redactor;
import dev.cairn.encoding.MessageCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what waits in the memory of a sink to its disk, on a thread of its own, and knows
 * what is to be delivered next. The order is that of the offers: while there is anything
 * on the disk all that comes goes there, behind it, and what is on the disk goes first. A
 * disk that fails, or is full, leaves all in memory until it works again.
 *
 */
final class Spooler {

	private static final Logger logger = LoggerFactory.getLogger(Spooler.class);

	private static final int CHUNK = 1000;

	private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

	private static final long TELL_NANOS = TimeUnit.MINUTES.toNanos(10);

	private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

	private final AsyncSink sink;

	private final Channel channel;

	private final DeliveryQueue queue;

	private final Spool spool;

	private final MessageCodec codec;

	private final boolean durable;

	private final Thread thread;

	/** Older than the queue, younger than the disk; guarded by this. */
	private final Deque<Delivery> ahead = new ArrayDeque<>();

	/** On its way to the disk; guarded by this. */
	private List<Delivery> storing = List.of();

	/** Changed by {@link #works} and {@link #failed} only. */
	private volatile Disk disk = Disk.UNKNOWN;

	/** Whether the log says that the disk fails; guarded by this. */
	private boolean told;

	/** In nanoseconds of {@link System#nanoTime()}; guarded by this. */
	private long toldAt;

	/** Guarded by this. */
	private boolean away;

	private volatile boolean idle;

	/** What the sink has in hand at the end; set before {@link #stopped}. */
	private volatile Batch left = Batch.empty();

	private volatile boolean stopped;

	Spooler(AsyncSink sink, DeliveryQueue queue, Spooling spooling) {
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
	boolean takesMore() {
		return this.disk != Disk.FAILS;
	}

	long size() {
		return this.spool.size();
	}

	/**
	 * Return what is to be delivered next from memory.
	 * @return the oldest objects; none while there are older ones on the disk, or while
	 * they are on their way there
	 */
	synchronized List<Delivery> poll(int most) {
		boolean onTheirWay = this.disk == Disk.WORKS && hasReasonToStore();
		if (this.disk == Disk.UNKNOWN || hasStored() || onTheirWay) {
			return List.of();
		}
		return this.ahead.isEmpty() ? this.queue.poll(most) : takeAhead(most);
	}

	private boolean hasStored() {
		return !this.storing.isEmpty() || this.spool.size() > 0;
	}

	private boolean hasReasonToStore() {
		return this.durable || this.away || this.queue.isHalfFull();
	}

	private List<Delivery> takeAhead(int most) {
		List<Delivery> taken = new ArrayList<>();
		while (taken.size() < most && !this.ahead.isEmpty()) {
			taken.add(this.ahead.remove());
		}
		return taken;
	}

	/**
	 * Return what is to be delivered next from the disk.
	 * @return the oldest objects; none where the disk cannot be read
	 */
	Batch read(int most) {
		if (this.disk == Disk.UNKNOWN || this.spool.size() == 0) {
			return Batch.empty();
		}
		List<Delivery> read = new ArrayList<>();
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
		return new Batch(read, true);
	}

	private void setAside(byte[] rec) throws IOException {
		this.spool.setAside(rec);
		this.spool.remove(1);
		this.channel.dropped(DropReason.CORRUPT);
	}

	/**
	 * What {@link #read} has read from the disk is settled up to the first that is not.
	 */
	void settled(List<Delivery> read) {
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
	synchronized boolean giveBack(List<Delivery> batch) {
		if (this.disk != Disk.WORKS || hasStored()) {
			return false;
		}
		addAhead(batch);
		wake();
		return true;
	}

	private void addAhead(List<Delivery> deliveries) {
		for (int i = deliveries.size() - 1; i >= 0; i--) {
			this.ahead.addFirst(deliveries.get(i));
		}
	}

	private void run() {
		// Once at least: what is offered and closed at once is kept, too
		while (!open() && !this.stopped) {
			LockSupport.parkNanos(this, IDLE_NANOS);
		}
		while (!this.stopped) {
			// Whoever adds something after the round has looked for it finds it idle
			this.idle = true;
			try {
				round();
			}
			catch (Throwable ex) {
				failed("use", ex);
				restAfterFailure();
			}
		}
		end();
	}

	/** Who offers something does not have a disk tried more often. */
	private void restAfterFailure() {
		long until = System.nanoTime() + IDLE_NANOS;
		while (!this.stopped && System.nanoTime() - until < 0) {
			LockSupport.parkNanos(this, IDLE_NANOS);
		}
	}

	/** What an earlier process has left counts as offered to this one. */
	private boolean open() {
		try {
			this.spool.open();
		}
		catch (Throwable ex) {
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

	private void round() {
		List<Delivery> chunk = chunk();
		if (chunk.isEmpty()) {
			if (this.spool.size() > 0) {
				this.sink.wakeThread();
			}
			LockSupport.parkNanos(this, isActive() ? BUSY_NANOS : IDLE_NANOS);
		}
		else if (!storeOrGiveBack(chunk)) {
			restAfterFailure();
		}
	}

	private boolean storeOrGiveBack(List<Delivery> chunk) {
		try {
			return store(chunk, false);
		}
		finally {
			synchronized (this) {
				addAhead(chunk.stream().filter((delivery) -> !delivery.isSettled()).toList());
				this.storing = List.of();
			}
			chunk.forEach(Delivery::endOfWait);
			this.sink.wakeThread();
		}
	}

	private synchronized List<Delivery> chunk() {
		if (!hasReasonToStore() && !hasStored()) {
			return List.of();
		}
		List<Delivery> chunk = this.ahead.isEmpty() ? this.queue.poll(CHUNK) : takeAhead(CHUNK);
		this.storing = chunk;
		return chunk;
	}

	private boolean store(List<Delivery> deliveries, boolean first) {
		List<Delivery> encoded = new ArrayList<>(deliveries.size());
		List<byte[]> records = new ArrayList<>(deliveries.size());
		try {
			for (Delivery delivery : deliveries.stream().filter((each) -> !each.isSettled()).toList()) {
				Lines.encode(delivery, () -> {
					records.add(this.codec.write(delivery.message()));
					encoded.add(delivery);
				});
			}
			if (!records.isEmpty()) {
				write(encoded, records, first);
				works();
			}
			return true;
		}
		catch (Throwable ex) {
			failed("write to", ex);
			return false;
		}
	}

	private void write(List<Delivery> encoded, List<byte[]> records, boolean first) throws IOException {
		try {
			if (first) {
				this.spool.prepend(records);
			}
			else {
				this.spool.append(records, this.durable);
			}
			encoded.forEach(Delivery::stored);
		}
		catch (UnforcedException ex) {
			encoded.forEach(Delivery::storedUnforced);
			throw ex;
		}
		catch (IOException ex) {
			if (records.size() == 1) {
				throw ex;
			}
			writeHalves(encoded, records, first);
		}
	}

	/** Where there is no room for many there may be some for fewer. */
	private void writeHalves(List<Delivery> encoded, List<byte[]> records, boolean first) throws IOException {
		int size = records.size();
		int half = size / 2;
		if (first) {
			write(encoded.subList(half, size), records.subList(half, size), true);
			write(encoded.subList(0, half), records.subList(0, half), true);
		}
		else {
			write(encoded.subList(0, half), records.subList(0, half), false);
			write(encoded.subList(half, size), records.subList(half, size), false);
		}
	}

	private synchronized void works() {
		if (this.disk == Disk.FAILS && this.told) {
			logger.info("Cairn: the spool of {} works again", this.channel.name());
			this.told = false;
		}
		this.disk = Disk.WORKS;
	}

	/**
	 * One that is full, and has room now and then while it is read, is told of rarely.
	 */
	private synchronized void failed(String what, Throwable ex) {
		String error = "cannot " + what + " its spool: " + Redactor.DEFAULT.redact(ex.toString());
		this.channel.lastError(error);
		long now = System.nanoTime();
		boolean tell = this.disk != Disk.FAILS && (this.toldAt == 0 || now - this.toldAt > TELL_NANOS);
		this.disk = Disk.FAILS;
		if (tell) {
			this.told = true;
			this.toldAt = now;
			logger.warn("Cairn: {} {}. What waits stays in memory, as far as there is room, until that works again",
					this.channel.name(), error);
		}
	}

	/**
	 * End: what is left in memory goes to the disk.
	 * @param inHand what the sink has taken; older than all others
	 * @param deadline when to give up, {@link System#nanoTime()}
	 * @return what the disk did not take; settled ones among them
	 */
	List<Delivery> close(Batch inHand, long deadline) {
		this.left = inHand;
		this.stopped = true;
		wake();
		AsyncSink.join(this.thread, deadline);
		List<Delivery> notTaken = new ArrayList<>(inHand.stored() ? List.of() : inHand.deliveries());
		synchronized (this) {
			notTaken.addAll(this.storing);
			notTaken.addAll(takeAll());
		}
		return notTaken;
	}

	/** On this thread, so that a disk that hangs holds up nobody else. */
	private void end() {
		Batch inHand = this.left;
		if (inHand.stored()) {
			settled(inHand.deliveries());
			inHand.deliveries().forEach(Delivery::stored);
		}
		else {
			store(inHand.deliveries(), true);
		}
		List<Delivery> waiting;
		synchronized (this) {
			waiting = takeAll();
			this.storing = waiting;
		}
		store(waiting, false);
		try {
			this.spool.close();
		}
		catch (IOException ex) {
			failed("close", ex);
		}
	}

	private List<Delivery> takeAll() {
		List<Delivery> all = takeAhead(Integer.MAX_VALUE);
		all.addAll(this.queue.poll(Integer.MAX_VALUE));
		return all;
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
	 */
	record Batch(List<Delivery> deliveries, boolean stored) {

		static Batch empty() {
			return new Batch(List.of(), false);
		}

	}

}

package dev.cairn.delivery;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.delivery.Sink.Outgoing;
import dev.cairn.delivery.Sink.Outgoing.Completion;
import dev.cairn.encoding.MessageCodec;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries as records of a spool. The thread of the disk writes them, reads ahead, and
 * removes records when they and all older ones are settled; the thread of the sink polls.
 */
final class SpoolQueue {

	/** How many records are read ahead. */
	private static final int AHEAD = 2000;

	private static final int MAX_COMPLETIONS = 10_000;

	private final Spool spool;

	private final MessageCodec codec;

	private final boolean durable;

	private final LossLog losses;

	/** Read and not removed, oldest first; guarded by this. */
	private final Deque<Delivery> window = new ArrayDeque<>();

	/** Read and not polled; guarded by this. */
	private final Deque<Delivery> unpolled = new ArrayDeque<>();

	/** The completions of messages on disk, by message id; guarded by this. */
	private final Map<String, Completion> completions = new LinkedHashMap<>();

	SpoolQueue(Spool.Config config, LossLog losses) {
		this.spool = config.spool();
		this.codec = config.codec();
		this.durable = config.durable();
		this.losses = losses;
	}

	synchronized @Nullable Delivery poll() {
		return this.unpolled.poll();
	}

	/** Returns whether something was removed. */
	boolean removeSettled() throws IOException {
		int settled = 0;
		synchronized (this) {
			while (!this.window.isEmpty() && this.window.peek().isSettled()) {
				this.window.remove();
				settled++;
			}
		}
		if (settled > 0) {
			this.spool.remove(settled);
		}
		return settled > 0;
	}

	/** Returns whether something was read. */
	boolean readAhead() throws IOException {
		int known;
		synchronized (this) {
			known = this.window.size();
			if (this.spool.size() <= known || this.unpolled.size() >= AHEAD / 2) {
				return false;
			}
		}
		List<byte[]> records = this.spool.peek(known + AHEAD);
		List<Delivery> read = new ArrayList<>();
		for (byte[] rec : records.subList(Math.min(known, records.size()), records.size())) {
			try {
				read.add(delivery(this.codec.read(rec)));
			}
			catch (RuntimeException ex) {
				if (known == 0 && read.isEmpty()) {
					setAside(rec);
				}
				// Otherwise it is the first one of a later read
				break;
			}
		}
		synchronized (this) {
			this.window.addAll(read);
			this.unpolled.addAll(read);
		}
		return records.size() > known;
	}

	private synchronized Delivery delivery(Message message) {
		Completion completion = this.completions.remove(message.id());
		return new Delivery(new Outgoing(message, null, (completion != null) ? completion : Completion.NONE),
				this.losses, null);
	}

	/** Counted first, so that an empty spool is fully counted. */
	private void setAside(byte[] rec) throws IOException {
		this.spool.setAside(rec);
		this.losses.channel().dropped(DropReason.CORRUPT);
		try {
			this.spool.remove(1);
		}
		catch (IOException ex) {
			// It will be read and counted again
			this.losses.channel().dropped(DropReason.CORRUPT, -1);
			throw ex;
		}
	}

	/** Writes behind all other records. */
	void append(List<Delivery> deliveries) throws IOException {
		write(deliveries, (records) -> this.spool.append(records, this.durable), false);
	}

	/** Writes before all other records. */
	void prepend(List<Delivery> deliveries) throws IOException {
		write(deliveries, this.spool::prepend, true);
	}

	private void write(List<Delivery> deliveries, Operation operation, boolean lastFirst) throws IOException {
		List<Delivery> encoded = new ArrayList<>(deliveries.size());
		List<byte[]> records = new ArrayList<>(deliveries.size());
		for (Delivery delivery : deliveries) {
			byte[] rec = delivery.isSettled() ? null : delivery.encode(() -> this.codec.write(delivery.message()));
			if (rec != null) {
				records.add(rec);
				encoded.add(delivery);
			}
		}
		if (!records.isEmpty()) {
			write(encoded, records, operation, lastFirst);
		}
	}

	private void write(List<Delivery> encoded, List<byte[]> records, Operation operation, boolean lastFirst)
			throws IOException {
		try {
			operation.write(records);
			encoded.forEach((delivery) -> stored(delivery, true));
		}
		catch (Spool.UnsyncedException ex) {
			encoded.forEach((delivery) -> stored(delivery, false));
			throw ex;
		}
		catch (IOException ex) {
			int size = records.size();
			if (size == 1) {
				throw ex;
			}
			// There may be room for fewer
			int half = size / 2;
			int from = lastFirst ? half : 0;
			int to = lastFirst ? size : half;
			write(encoded.subList(from, to), records.subList(from, to), operation, lastFirst);
			from = lastFirst ? 0 : half;
			to = lastFirst ? half : size;
			write(encoded.subList(from, to), records.subList(from, to), operation, lastFirst);
		}
	}

	private void stored(Delivery delivery, boolean synced) {
		remember(delivery);
		delivery.stored(synced);
	}

	/** Keeps the completion of a message until the message is read again. */
	private synchronized void remember(Delivery delivery) {
		if (delivery.completion() == Completion.NONE) {
			return;
		}
		if (this.completions.size() < MAX_COMPLETIONS) {
			this.completions.put(delivery.message().id(), delivery.completion());
		}
		else {
			this.losses.guard(delivery.completion()::kept);
		}
	}

	/** Called when this process reads no records any more. */
	void abandon() {
		List<Completion> left;
		synchronized (this) {
			left = List.copyOf(this.completions.values());
			this.completions.clear();
		}
		left.forEach((completion) -> this.losses.guard(completion::kept));
	}

	/**
	 * Leaves all records to the next one that opens the spool. A late outcome of a
	 * delivery that was read no longer counts.
	 */
	void close() throws IOException {
		synchronized (this) {
			for (Delivery delivery : this.window) {
				if (!delivery.isSettled()) {
					stored(delivery, false);
				}
			}
			this.window.clear();
			this.unpolled.clear();
		}
		this.spool.close();
	}

	/** Writes records to the spool. */
	@FunctionalInterface
	private interface Operation {

		void write(List<byte[]> records) throws IOException;

	}

}

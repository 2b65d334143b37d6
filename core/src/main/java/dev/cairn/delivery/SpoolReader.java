package dev.cairn.delivery;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.DropReason;
import dev.cairn.Message;
import dev.cairn.encoding.MessageCodec;
import org.jspecify.annotations.Nullable;

/**
 * Reads ahead from a spool, and removes records when they and all older ones are settled.
 * The thread of the disk reads and removes; the thread of the sink polls.
 */
final class SpoolReader {

	/** How many records are read ahead. */
	private static final int AHEAD = 2000;

	private static final int MAX_COMPLETIONS = 10_000;

	private final Spool spool;

	private final MessageCodec codec;

	private final LossLog losses;

	/** Read and not removed, oldest first; guarded by this. */
	private final Deque<Delivery> window = new ArrayDeque<>();

	/** Read and not polled; guarded by this. */
	private final Deque<Delivery> unpolled = new ArrayDeque<>();

	/** The completions of messages on disk, by message id; guarded by this. */
	private final Map<String, Completion> completions = new LinkedHashMap<>();

	SpoolReader(Spool.Config config, LossLog losses) {
		this.spool = config.spool();
		this.codec = config.codec();
		this.losses = losses;
	}

	synchronized @Nullable Delivery poll() {
		return this.unpolled.poll();
	}

	/** Keeps the completion of a message until the message is read again. */
	void remember(Delivery delivery) {
		if (delivery.completion() != Completion.NONE) {
			synchronized (this) {
				if (this.completions.size() < MAX_COMPLETIONS) {
					this.completions.put(delivery.message().id(), delivery.completion());
				}
			}
		}
	}

	/** Returns whether something was removed. */
	boolean removeSettled() throws IOException {
		int settled = 0;
		synchronized (this) {
			Delivery oldest = this.window.peek();
			while (oldest != null && oldest.isSettled()) {
				this.window.remove();
				settled++;
				oldest = this.window.peek();
			}
		}
		if (settled > 0) {
			this.spool.remove(settled);
		}
		return settled > 0;
	}

	/** Returns whether something was read. */
	boolean readAhead() throws IOException {
		int known = known();
		if (this.spool.size() <= known || !isLow()) {
			return false;
		}
		List<byte[]> records = this.spool.peek(known + AHEAD);
		if (records.size() <= known) {
			return false;
		}
		List<Delivery> read = new ArrayList<>();
		for (byte[] rec : records.subList(known, records.size())) {
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
		return true;
	}

	private synchronized int known() {
		return this.window.size();
	}

	private synchronized boolean isLow() {
		return this.unpolled.size() < AHEAD / 2;
	}

	private synchronized Delivery delivery(Message message) {
		Completion completion = this.completions.remove(message.id());
		return new Delivery(new Outgoing(message, null, (completion != null) ? completion : Completion.NONE),
				this.losses, null);
	}

	private void setAside(byte[] rec) throws IOException {
		this.spool.setAside(rec);
		this.spool.remove(1);
		this.losses.channel().dropped(DropReason.CORRUPT);
	}

}

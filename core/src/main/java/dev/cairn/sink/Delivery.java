package dev.cairn.sink;

import java.util.concurrent.atomic.AtomicBoolean;

import dev.cairn.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * One object on its way to a destination. It is settled once, by whoever is first;
 * settling it again does nothing. Thread-safe.
 *
 * @param <T> what is delivered
 */
public final class Delivery<T> {

	private final AsyncSink<T> sink;

	private final T item;

	private final @Nullable Object snapshot;

	private final int weight;

	private final AtomicBoolean settled = new AtomicBoolean();

	Delivery(AsyncSink<T> sink, T item, @Nullable Object snapshot, int weight) {
		this.sink = sink;
		this.item = item;
		this.snapshot = snapshot;
		this.weight = weight;
	}

	/**
	 * Return what is to be delivered.
	 * @return the object
	 */
	public T item() {
		return this.item;
	}

	/**
	 * Return what the sender took along when the object was offered.
	 * @return the result of {@link BatchSender#snapshot}
	 */
	public @Nullable Object snapshot() {
		return this.snapshot;
	}

	/**
	 * The destination has it.
	 */
	public void delivered() {
		if (claim()) {
			this.sink.channel().delivered();
			release();
		}
	}

	/**
	 * The destination has it, shortened.
	 */
	public void deliveredTruncated() {
		if (claim()) {
			this.sink.channel().truncated();
			this.sink.channel().delivered();
			release();
		}
	}

	/**
	 * The application's own rules at the destination did not want it.
	 */
	public void filtered() {
		if (claim()) {
			this.sink.channel().filtered();
			release();
		}
	}

	/**
	 * It will never be delivered.
	 * @param reason why
	 * @param detail what the log says of the first of its kind
	 */
	public void drop(DropReason reason, String detail) {
		if (claim()) {
			this.sink.channel().dropped(reason);
			release();
			this.sink.lost(reason, detail);
		}
	}

	/**
	 * Whether it is delivered or dropped.
	 * @return {@code false} while it is held
	 */
	public boolean isSettled() {
		return this.settled.get();
	}

	private boolean claim() {
		return this.settled.compareAndSet(false, true);
	}

	/** After it was counted, so that nothing is held means that all is counted. */
	private void release() {
		this.sink.release(this.weight);
	}

}

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
		if (settle()) {
			this.sink.channel().delivered();
		}
	}

	/**
	 * The destination has it, shortened.
	 */
	public void deliveredTruncated() {
		if (settle()) {
			this.sink.channel().truncated();
			this.sink.channel().delivered();
		}
	}

	/**
	 * The application's own rules at the destination did not want it.
	 */
	public void filtered() {
		if (settle()) {
			this.sink.channel().filtered();
		}
	}

	/**
	 * It will never be delivered.
	 * @param reason why
	 * @param detail what the log says of the first of its kind, without secrets
	 */
	public void drop(DropReason reason, String detail) {
		if (settle()) {
			this.sink.lost(reason, detail);
			this.sink.channel().dropped(reason);
		}
	}

	/**
	 * Whether it is delivered or dropped.
	 * @return {@code false} while it is held
	 */
	public boolean isSettled() {
		return this.settled.get();
	}

	private boolean settle() {
		if (!this.settled.compareAndSet(false, true)) {
			return false;
		}
		this.sink.release(this.weight);
		return true;
	}

}

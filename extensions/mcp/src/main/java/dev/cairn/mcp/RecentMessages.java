package dev.cairn.mcp;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Stream;

import dev.cairn.Message;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import dev.cairn.encoding.MessageEncoder;
import org.jspecify.annotations.Nullable;

/**
 * The messages that were published last. Requests are kept apart, so that other messages
 * do not displace them. Writers never wait; a reader may miss a message that is written
 * at the same time.
 */
final class RecentMessages implements SignalListener {

	private final MessageEncoder encoder;

	private final Ring requests;

	private final Ring others;

	RecentMessages(MessageEncoder encoder, int size) {
		this.encoder = encoder;
		this.requests = new Ring(size);
		this.others = new Ring(size);
	}

	@Override
	public void published(Message message, boolean accepted, @Nullable UnitOfWork unit) {
		Ring ring = message.type().equals(Message.TYPE_HTTP_REQUEST) ? this.requests : this.others;
		ring.add(RecentMessage.of(message, this.encoder));
	}

	MessageEncoder encoder() {
		return this.encoder;
	}

	/** Returns the messages of requests, the newest first. */
	List<RecentMessage> requests() {
		return this.requests.newestFirst();
	}

	/** Returns all messages. */
	Stream<RecentMessage> all() {
		return Stream.concat(this.requests.newestFirst().stream(), this.others.newestFirst().stream());
	}

	private static final class Ring {

		private final AtomicReferenceArray<@Nullable RecentMessage> entries;

		private final AtomicLong next = new AtomicLong();

		Ring(int size) {
			this.entries = new AtomicReferenceArray<>(size);
		}

		void add(RecentMessage message) {
			this.entries.lazySet((int) (this.next.getAndIncrement() % this.entries.length()), message);
		}

		List<RecentMessage> newestFirst() {
			List<RecentMessage> found = new ArrayList<>();
			long end = this.next.get();
			for (long i = end - 1; i >= Math.max(0, end - this.entries.length()); i--) {
				RecentMessage entry = this.entries.get((int) (i % this.entries.length()));
				if (entry != null) {
					found.add(entry);
				}
			}
			return found;
		}

	}

}

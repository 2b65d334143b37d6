package dev.cairn.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.Trace;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * A ring of the messages published last. Writers never wait; a reader may miss an entry
 * that is written at the same time.
 */
final class RecentMessages implements SignalListener {

	private final AtomicReferenceArray<Cairn.Recent> ring;

	private final AtomicLong next = new AtomicLong();

	RecentMessages(int size) {
		this.ring = new AtomicReferenceArray<>(size);
	}

	@Override
	public void published(Message message, boolean accepted, @Nullable UnitOfWork unit) {
		if (this.ring.length() > 0) {
			Trace trace = message.trace();
			Cairn.Recent recent = new Cairn.Recent(message.id(), message.type(), message.timestamp(),
					message.severity(), (trace != null) ? trace.traceId() : null, accepted);
			this.ring.lazySet((int) (this.next.getAndIncrement() % this.ring.length()), recent);
		}
	}

	List<Cairn.Recent> newestFirst() {
		List<Cairn.Recent> recent = new ArrayList<>();
		long end = this.next.get();
		for (long i = end - 1; i >= Math.max(0, end - this.ring.length()); i--) {
			Cairn.Recent entry = this.ring.get((int) (i % this.ring.length()));
			if (entry != null) {
				recent.add(entry);
			}
		}
		return recent;
	}

}

package dev.cairn.engine;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.TransactionScope;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.delivery.Sink;
import dev.cairn.delivery.Sink.Outgoing;
import dev.cairn.delivery.Sink.Outgoing.Completion;
import dev.cairn.delivery.Spool;
import dev.cairn.internal.Extensions;
import org.jspecify.annotations.Nullable;

/**
 * Offers messages, which were counted as offered, to their sinks: at once, at the end of
 * a transaction, or when the incident's turn comes.
 */
final class Dispatcher {

	private static final String TRANSACTIONS = "the transaction scope";

	private final TransactionScope transactions;

	private final Signals signals;

	private final Spool.DeferredMessages disk;

	private final Extensions extensions;

	Dispatcher(TransactionScope transactions, Signals signals, Spool.DeferredMessages disk, Extensions extensions) {
		this.disk = disk;
		this.transactions = transactions;
		this.signals = signals;
		this.extensions = extensions;
	}

	/** Returns whether a sink accepted the message, or it waits for its transaction. */
	boolean dispatch(Message message, List<Sink> sinks, boolean transactional, @Nullable Progress confirmation) {
		if (confirmation != null) {
			confirmation.expect(sinks);
		}
		TransactionScope.Transaction transaction = transactional
				? this.extensions.get(TRANSACTIONS, this.transactions::current) : null;
		return (transaction != null) ? defer(transaction, prepare(message, sinks, confirmation))
				: offer(message, sinks, UnitOfWork.current(), confirmation);
	}

	private boolean defer(TransactionScope.Transaction transaction, PreparedMessage message) {
		Boolean deferred = this.extensions.get(TRANSACTIONS, () -> transaction.defer(message));
		if (deferred == null) {
			message.send();
			return true;
		}
		if (!deferred) {
			message.drop(DropReason.TRANSACTION_FULL);
		}
		return deferred;
	}

	/** Captures what the sinks need of the calling thread. */
	PreparedMessage prepare(Message message, List<Sink> sinks, @Nullable Progress confirmation) {
		List<Target> targets = sinks.stream()
			.map((sink) -> new Target(sink, this.extensions.get(nameOf(sink), () -> sink.context(message))))
			.toList();
		return new PreparedMessage(message, targets, UnitOfWork.current(), confirmation);
	}

	/** Offers a message on the thread that has published it. */
	private boolean offer(Message message, List<Sink> sinks, @Nullable UnitOfWork unit,
			@Nullable Progress confirmation) {
		boolean accepted = false;
		for (Sink sink : sinks) {
			accepted |= offer(message, sink, null, unit, confirmation);
		}
		return published(message, accepted, unit);
	}

	/** Without a target, this is the thread that has published the message. */
	private boolean offer(Message message, Sink sink, @Nullable Target target, @Nullable UnitOfWork unit,
			@Nullable Progress confirmation) {
		Completion completion = completion(message, sink, unit, confirmation);
		try {
			Object context = (target != null) ? target.context() : sink.context(message);
			return sink.offer(new Outgoing(message, context, completion));
		}
		catch (Throwable ex) {
			sink.channel().dropped(DropReason.ERROR);
			sink.channel().lost(message, DropReason.ERROR);
			this.extensions.failed(nameOf(sink), ex);
			if (confirmation != null) {
				confirmation.lost(sink.channel().name(), DropReason.ERROR);
			}
			return false;
		}
	}

	private boolean published(Message message, boolean accepted, @Nullable UnitOfWork unit) {
		if (this.signals.isActive(Signals.Kind.PUBLISHED)) {
			this.signals.each(Signals.Kind.PUBLISHED, (listener) -> listener.published(message, accepted, unit));
		}
		return accepted;
	}

	private Completion completion(Message message, Sink sink, @Nullable UnitOfWork unit,
			@Nullable Progress confirmation) {
		if (!this.signals.isActive(Signals.Kind.LOST) && confirmation == null) {
			return Completion.NONE;
		}
		String name = sink.channel().name();
		return new Completion() {

			@Override
			public void delivered() {
				if (confirmation != null) {
					confirmation.delivered(name, message.id());
				}
			}

			@Override
			public void persisted() {
				if (confirmation != null) {
					confirmation.persisted(name);
				}
			}

			@Override
			public void kept() {
				if (confirmation != null) {
					confirmation.kept(name);
				}
			}

			@Override
			public void lost(DropReason reason) {
				if (confirmation != null) {
					confirmation.lost(name, reason);
				}
				Dispatcher.this.signals.each(Signals.Kind.LOST,
						(listener) -> listener.lost(message, name, reason, unit));
			}

		};
	}

	private static String nameOf(Sink sink) {
		return "sink " + sink.channel().name();
	}

	/**
	 * A sink of a message that is sent later.
	 *
	 * @param sink the sink
	 * @param context what the sink needs of the thread that has published the message
	 */
	private record Target(Sink sink, @Nullable Object context) {
	}

	/**
	 * A message that is sent later, with what its sinks need of the thread that has
	 * published it. Only the first call, to send or to drop it, has an effect.
	 */
	final class PreparedMessage implements TransactionScope.Deferred {

		/** {@code null} if it is on the disk. */
		private volatile @Nullable Message message;

		private volatile Spool.DeferredMessages.@Nullable Entry entry;

		private final List<Target> targets;

		private final @Nullable UnitOfWork unit;

		private final @Nullable Progress confirmation;

		private final AtomicBoolean done = new AtomicBoolean();

		private PreparedMessage(Message message, List<Target> targets, @Nullable UnitOfWork unit,
				@Nullable Progress confirmation) {
			this.confirmation = confirmation;
			this.message = message;
			this.targets = targets;
			this.unit = unit;
		}

		/** Returns whether no sink will accept the message. */
		boolean isRefused() {
			return this.targets.stream().allMatch((target) -> target.context() == Sink.REFUSED);
		}

		@Override
		public void send() {
			send(Map.of());
		}

		/** Returns whether a sink accepted the message. */
		boolean send(Map<String, ?> more) {
			if (!this.done.compareAndSet(false, true)) {
				return false;
			}
			Message known = this.message;
			if (known != null) {
				return offer(more.isEmpty() ? known : known.with(more));
			}
			Objects.requireNonNull(this.entry).take(this::offer);
			return true;
		}

		private boolean offer(Message sent) {
			boolean accepted = false;
			for (Target target : this.targets) {
				accepted |= Dispatcher.this.offer(sent, target.sink(), target, this.unit, this.confirmation);
			}
			return published(sent, accepted, this.unit);
		}

		@Override
		public int weight() {
			Message known = this.message;
			return (known != null) ? known.weight() : 0;
		}

		@Override
		public boolean moveToDisk() {
			Message known = Objects.requireNonNull(this.message);
			Spool.DeferredMessages.Entry held = Dispatcher.this.disk.hold(known,
					() -> count(DropReason.TRANSACTION_FULL));
			if (held == null) {
				return false;
			}
			this.entry = held;
			this.message = null;
			return true;
		}

		@Override
		public void drop(DropReason reason) {
			if (!this.done.compareAndSet(false, true)) {
				return;
			}
			Spool.DeferredMessages.Entry held = this.entry;
			if (held != null) {
				held.discard(() -> count(reason));
			}
			else {
				count(reason);
			}
		}

		private void count(DropReason reason) {
			this.targets.forEach((target) -> target.sink().channel().dropped(reason));
			Message known = this.message;
			if (known != null && reason != DropReason.ROLLED_BACK) {
				this.targets.forEach((target) -> target.sink().channel().lost(known, reason));
			}
			if (this.confirmation != null) {
				this.confirmation.lost("", reason);
			}
		}

	}

	/**
	 * Follows a message to all of its sinks. Called by any thread; must not block.
	 */
	interface Progress {

		/** Called before the message is offered to its sinks. */
		void expect(List<Sink> sinks);

		/** The message is on the disk, and survives the end of this process. */
		default void persisted(String sink) {
		}

		void delivered(String sink, String id);

		/** The next process that opens the spool will deliver the message. */
		void kept(String sink);

		/**
		 * The message is lost.
		 * @param sink the name of the sink; empty if the message did not get that far
		 * @param reason the reason
		 */
		void lost(String sink, DropReason reason);

	}

}

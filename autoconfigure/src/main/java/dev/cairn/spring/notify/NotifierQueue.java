package dev.cairn.spring.notify;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import dev.cairn.Ledger.DropReason;
import dev.cairn.Ledger.State;
import dev.cairn.Lifecycle;
import dev.cairn.delivery.Channel;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Threads;
import org.jspecify.annotations.Nullable;

/**
 * The queue of one notifier and the thread that calls it. Each notification that is
 * offered has exactly one outcome in the channel; one in a call that hangs is held.
 * Thread-safe.
 */
final class NotifierQueue implements Lifecycle {

	static final int CAPACITY = 100;

	private static final int ATTEMPTS = 3;

	private final Extensions.Named<Notifier> notifier;

	private final Extensions extensions;

	private final Channel channel;

	private final Duration pause;

	/** Those that wait for the thread to be started. Guarded by this object. */
	private final Queue<Notification> held = new ArrayDeque<>();

	private @Nullable ThreadPoolExecutor executor;

	private volatile boolean stopped;

	/**
	 * Creates a queue.
	 * @param notifier the notifier
	 * @param extensions calls the notifier
	 * @param channel the account
	 * @param pause the time before the second attempt; it is ten times longer before the
	 * third
	 */
	NotifierQueue(Extensions.Named<Notifier> notifier, Extensions extensions, Channel channel, Duration pause) {
		this.notifier = notifier;
		this.extensions = extensions;
		this.channel = channel;
		this.pause = pause;
	}

	@Override
	public synchronized void start() {
		if (this.executor == null && !this.stopped) {
			this.executor = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(CAPACITY),
					(task) -> Threads.daemon(task, "cairn-notifier"));
			for (Notification next = this.held.poll(); next != null; next = this.held.poll()) {
				enqueue(next);
			}
		}
	}

	synchronized void offer(Notification notification) {
		this.channel.offered();
		enqueue(notification);
	}

	private void enqueue(Notification notification) {
		try {
			if (this.stopped) {
				this.channel.dropped(DropReason.SHUTDOWN);
			}
			else if (this.executor != null) {
				this.executor.execute(new Sending(notification));
			}
			else if (this.held.size() < CAPACITY) {
				this.held.add(notification);
			}
			else {
				this.channel.dropped(DropReason.OVERFLOW);
			}
		}
		catch (RejectedExecutionException ex) {
			this.channel.dropped(DropReason.OVERFLOW);
		}
	}

	/** Returns whether the notifier has accepted the notification. */
	private boolean call(Notification notification) {
		return Boolean.TRUE.equals(this.extensions.call(this.notifier, (called) -> {
			try {
				called.send(notification);
				return true;
			}
			catch (Exception ex) {
				this.channel.lastError(ex.toString());
				throw new IllegalStateException("The notification was not sent: " + ex, ex);
			}
		}));
	}

	private void send(Notification notification) {
		try {
			for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
				if (attempt > 1) {
					TimeUnit.NANOSECONDS.sleep(this.pause.multipliedBy((attempt > 2) ? 10 : 1).toNanos());
				}
				if (call(notification)) {
					this.channel.delivered(1);
					this.channel.state(State.UP);
					return;
				}
				this.channel.state(State.DEGRADED);
			}
			this.channel.state(State.DOWN);
			this.channel.dropped(DropReason.ERROR);
		}
		catch (InterruptedException ex) {
			interrupted(notification);
		}
	}

	private synchronized void interrupted(Notification notification) {
		enqueue(notification);
	}

	@Override
	public void suspend(Duration timeout) {
		ThreadPoolExecutor ended;
		synchronized (this) {
			ended = this.executor;
			this.executor = null;
			if (ended != null) {
				ended.shutdownNow().forEach(this::holdAgain);
			}
		}
		if (ended != null) {
			Threads.shutDown(ended, timeout);
		}
	}

	private void holdAgain(Runnable task) {
		this.held.add(((Sending) task).notification);
	}

	/** Sends what is held. A pause before a further attempt ends with the timeout. */
	@Override
	public void stop(Duration timeout) {
		ThreadPoolExecutor ended;
		synchronized (this) {
			ended = this.executor;
			this.stopped = true;
			this.executor = null;
			this.channel.dropped(DropReason.SHUTDOWN, this.held.size());
			this.held.clear();
		}
		if (ended != null) {
			List<Runnable> left = Threads.shutDown(ended, timeout);
			this.channel.dropped(DropReason.SHUTDOWN, left.size());
		}
	}

	private final class Sending implements Runnable {

		private final Notification notification;

		Sending(Notification notification) {
			this.notification = notification;
		}

		@Override
		public void run() {
			send(this.notification);
		}

	}

}

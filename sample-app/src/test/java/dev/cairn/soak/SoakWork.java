package dev.cairn.soak;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

import dev.cairn.Binding;
import dev.cairn.Cairn;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Work that lets the {@link Witness} see all that is bound.
 */
class SoakWork {

	static final Logger logger = LoggerFactory.getLogger(SoakWork.class);

	static final String EVENT = "soak.step";

	static final String LEFT = "left";

	static final String QUEUED = "a queued task that is cancelled";

	private final Cairn cairn;

	private final Witness witness;

	private final ExecutorService pool;

	private final ExecutorService queue;

	/**
	 * Creates the work.
	 * @param cairn binds the values
	 * @param witness sees what is bound
	 * @param pool for tasks that are cancelled while they run
	 * @param queue has one thread, for tasks that are cancelled before they run
	 */
	SoakWork(Cairn cairn, Witness witness, ExecutorService pool, ExecutorService queue) {
		this.cairn = cairn;
		this.witness = witness;
		this.pool = pool;
		this.queue = queue;
	}

	String run(String place, String user, @Nullable String trace, Fate fate) {
		look(place, user, trace);
		try (Binding inner = this.cairn.bind(Witness.USER, user + "-inner")) {
			look(place, user + "-inner", trace);
		}
		look(place, user, trace);
		if (fate == Fate.CANCELLED) {
			cancel(place, user, trace);
			cancelQueued(place, user, trace);
		}
		if (fate == Fate.FAILS) {
			this.cairn.bind(LEFT, user);
			throw new IllegalStateException(user);
		}
		return user;
	}

	/** The task is cancelled while it runs, and looks around once more before it ends. */
	private void cancel(String place, String user, @Nullable String trace) {
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch never = new CountDownLatch(1);
		Future<?> future = this.pool.submit(() -> {
			started.countDown();
			try {
				never.await();
			}
			catch (InterruptedException ex) {
				look(place + ", cancelled", user, trace);
			}
		});
		try {
			started.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		future.cancel(true);
	}

	/** The task is cancelled while the one before it in the queue runs. */
	private void cancelQueued(String place, String user, @Nullable String trace) {
		CountDownLatch cancelled = new CountDownLatch(1);
		this.queue.execute(() -> {
			try {
				cancelled.await();
				look(place + ", before the queued", user, trace);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
		Future<?> queued = this.queue.submit(() -> this.witness.expect(QUEUED, "not run", user));
		this.witness.expect(QUEUED, true, queued.cancel(false));
		cancelled.countDown();
	}

	private void look(String place, String user, @Nullable String trace) {
		this.witness.expect(place, user, this.cairn.bindings().get(Witness.USER));
		this.witness.expect(place + ", MDC", user, MDC.get(Witness.USER));
		this.witness.expect(place + ", trace", trace, MDC.get("traceId"));
		this.witness.expect(place + ", of others", null, MDC.get(LEFT));
		logger.info(user);
		this.cairn.event(EVENT).field("expected", user).publish();
	}

}

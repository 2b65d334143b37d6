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

	private final Cairn cairn;

	private final Witness witness;

	private final ExecutorService pool;

	SoakWork(Cairn cairn, Witness witness, ExecutorService pool) {
		this.cairn = cairn;
		this.witness = witness;
		this.pool = pool;
	}

	String run(String place, String user, @Nullable String trace, Fate fate) {
		look(place, user, trace);
		try (Binding inner = this.cairn.bind(Witness.USER, user + "-inner")) {
			look(place, user + "-inner", trace);
		}
		look(place, user, trace);
		if (fate == Fate.CANCELLED) {
			cancel(place, user, trace);
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

	private void look(String place, String user, @Nullable String trace) {
		this.witness.expect(place, user, this.cairn.bindings().get(Witness.USER));
		this.witness.expect(place + ", MDC", user, MDC.get(Witness.USER));
		this.witness.expect(place + ", trace", trace, MDC.get("traceId"));
		this.witness.expect(place + ", of others", null, MDC.get(LEFT));
		logger.info(user);
		this.cairn.event(EVENT).field("expected", user).publish();
	}

}

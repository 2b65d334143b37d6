package dev.cairn.spring.web.request;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import dev.cairn.Message;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * A request and its response, from the first sight of it to its end. Each web stack has a
 * subclass, which determines the end.
 */
abstract class RequestExchange {

	final UnitOfWork unit;

	private final RequestFacts request;

	private final long start = System.nanoTime();

	private final AtomicBoolean ended = new AtomicBoolean();

	/** {@code null} if no message is published. */
	volatile @Nullable RequestMessages messages;

	/** Whether the filter was reached. */
	volatile boolean begun;

	RequestExchange(Signals signals, RequestFacts request, Function<String, @Nullable String> headers) {
		this.request = request;
		this.unit = signals.prepare(UnitOfWork.Kind.REQUEST, Message.TYPE_HTTP_REQUEST, headers);
		this.unit.set(RequestFacts.KEY, request);
	}

	/** Returns whether the response has failed, whatever its status. */
	abstract boolean isFailed();

	/**
	 * Ends the unit of work, which is the current one. Returns whether this is the first
	 * call.
	 */
	boolean endOnce() {
		if (!this.ended.compareAndSet(false, true)) {
			return false;
		}
		Runnable decision = this.unit.attribute(RequestFacts.BEFORE_END);
		if (decision != null) {
			decision.run();
		}
		RequestMessages messages = this.messages;
		if (messages != null) {
			messages.publish(this.unit, this.request, System.nanoTime() - this.start);
		}
		this.unit.end(outcome());
		return true;
	}

	private UnitOfWork.Outcome outcome() {
		if (this.request.isAborted()) {
			return UnitOfWork.Outcome.ABORTED;
		}
		boolean failed = isFailed() || RequestMessages.isFailed(this.unit, this.request.status());
		return failed ? UnitOfWork.Outcome.FAILURE : UnitOfWork.Outcome.SUCCESS;
	}

}

package dev.cairn.spring.web.request;

import java.util.Collections;
import java.util.Enumeration;

import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import org.jspecify.annotations.Nullable;

/**
 * A request and its response. It ends at the latest when the container has completed the
 * asynchronous processing, because a stream of events has no further dispatch.
 */
final class ServletExchange extends RequestExchange implements AsyncListener {

	final ServletRequestFacts facts;

	/** Whether the container reports the end of the request. */
	final boolean endedByContainer;

	/** Whether the listener was called, but an error page may follow. */
	volatile boolean dispatched;

	private UnitOfWork.@Nullable Scope early;

	/** Until then, the thread that ends the request reads its facts. */
	volatile boolean published;

	ServletExchange(Signals signals, ServletRequestFacts facts, boolean endedByContainer) {
		super(signals, facts, (name) -> headers(facts, name));
		this.facts = facts;
		this.endedByContainer = endedByContainer;
	}

	/** Joins the values of a repeated header: of several traces, none is valid. */
	private static @Nullable String headers(ServletRequestFacts facts, String name) {
		return facts.read((request) -> {
			Enumeration<String> values = request.getHeaders(name);
			return values.hasMoreElements() ? String.join(",", Collections.list(values)) : null;
		});
	}

	/** Makes the unit of work available to what comes before the filter. */
	void openEarly() {
		this.early = this.unit.open();
	}

	/** Opens the unit of work, unless that was done early, on the same thread. */
	UnitOfWork.Scope open() {
		UnitOfWork.Scope known = this.early;
		this.early = null;
		if (known == null || UnitOfWork.current() != this.unit) {
			return this.unit.open();
		}
		// A filter before this one may have cleared the diagnostic context
		this.unit.show();
		return known;
	}

	/** Leaves the unit of work if the filter was not reached. */
	void leaveEarly() {
		UnitOfWork.Scope known = this.early;
		if (known != null) {
			known.close();
		}
	}

	/** Ends the unit of work once; an error page may be dispatched after that. */
	void end() {
		if (endOnce()) {
			this.published = true;
		}
		if (this.published) {
			this.facts.release();
		}
	}

	@Override
	boolean isFailed() {
		return this.facts.isFailed();
	}

	@Override
	public void onComplete(AsyncEvent event) {
		endInUnit();
	}

	void endInUnit() {
		try (UnitOfWork.Scope scope = this.unit.open()) {
			end();
		}
	}

	@Override
	public void onTimeout(AsyncEvent event) {
	}

	/**
	 * If the container itself has noticed that the client disconnected, there may be
	 * neither a dispatch nor a completion.
	 */
	@Override
	public void onError(AsyncEvent event) {
		this.facts.recordAbort(event.getThrowable());
		if (this.facts.isAborted()) {
			endInUnit();
		}
	}

	@Override
	public void onStartAsync(AsyncEvent event) {
		event.getAsyncContext().addListener(this);
	}

}

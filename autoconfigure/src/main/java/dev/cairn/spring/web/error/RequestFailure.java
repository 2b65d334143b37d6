package dev.cairn.spring.web.error;

import dev.cairn.Cairn;
import dev.cairn.MessageFields;
import dev.cairn.context.UnitOfWork;
import dev.cairn.spring.web.request.RequestFacts;
import org.jspecify.annotations.Nullable;

import org.springframework.web.util.DisconnectedClientHelper;

/**
 * The failure of the current request. An exception is noted when it is first seen and
 * captured once it is certain that the response has an error status. The id is available
 * until the request has ended, including its error page.
 */
final class RequestFailure {

	/** The header of the response that contains the id of the incident. */
	static final String HEADER = "X-Error-Id";

	/** The attribute of the request that contains the id. */
	static final String ATTRIBUTE = "cairn.error-id";

	/** The property of problem details and error attributes that contains the id. */
	static final String PROPERTY = "errorId";

	private static final UnitOfWork.Key<RequestFailure> KEY = new UnitOfWork.Key<>("request failure");

	private @Nullable Throwable thrown;

	private boolean captured;

	private @Nullable String id;

	/**
	 * Returns the failure of the current request.
	 * @return the failure, or {@code null} if the thread does not serve a request
	 */
	static @Nullable RequestFailure current() {
		UnitOfWork unit = RequestFacts.currentUnit();
		return (unit != null) ? unit.attribute(KEY, RequestFailure::new) : null;
	}

	/** Notes an exception, unless another one has been captured already. */
	void note(Throwable seen) {
		if (!this.captured) {
			this.thrown = seen;
		}
	}

	@Nullable Throwable thrown() {
		return this.thrown;
	}

	/** Returns the id if the failure has been captured and accepted. */
	@Nullable String id() {
		return this.id;
	}

	/**
	 * Captures the exception that was noted. An exception is captured once, and not at
	 * all if it only states that the client has disconnected.
	 * @param cairn captures the exception
	 * @param status the status of the response
	 * @return whether the exception was captured now
	 */
	boolean capture(Cairn cairn, int status) {
		Throwable thrown = this.thrown;
		if (thrown == null || this.captured || DisconnectedClientHelper.isClientDisconnectedException(thrown)) {
			return false;
		}
		this.captured = true;
		this.id = cairn.capture(thrown, (report) -> report.field(MessageFields.STATUS, status));
		return true;
	}

}

package dev.cairn.incident;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * The failures that Cairn has captured by itself while a request is served. The answer
 * decides whether they are failures of the service. Their messages wait for it, but not
 * for ever. Thread-safe.
 */
final class UndecidedFailures {

	private static final UnitOfWork.Key<Queue<Undecided>> KEY = new UnitOfWork.Key<>("undecided failures");

	static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);

	/** The number of failures of a request; further ones do not wait. */
	private static final int MAX_FAILURES = 20;

	private final IncidentGrouper grouper;

	private final IncidentCounts account;

	UndecidedFailures(IncidentGrouper grouper, IncidentCounts account) {
		this.grouper = grouper;
		this.account = account;
	}

	/** Returns whether the answer to a request decides, and adds the failure then. */
	boolean add(@Nullable Throwable thrown, Incident incident) {
		UnitOfWork request = incident.isProvisional() ? request() : null;
		if (request == null) {
			return false;
		}
		Queue<Undecided> all = request.attribute(KEY, ConcurrentLinkedQueue::new);
		if (all.size() >= MAX_FAILURES) {
			return false;
		}
		incident.undecided(() -> {
			if (thrown != null) {
				this.account.failed(thrown.getClass().getName(), 1);
			}
		});
		all.add(new Undecided(thrown, incident));
		return true;
	}

	/** Returns the request that the calling thread works for and that has not ended. */
	private static @Nullable UnitOfWork request() {
		UnitOfWork unit = UnitOfWork.current();
		while (unit != null && unit.kind() != UnitOfWork.Kind.REQUEST) {
			unit = unit.parent();
		}
		return (unit != null && unit.outcome() == null) ? unit : null;
	}

	/**
	 * Withdraws the exceptions that have led to a response that is not a failure, and
	 * sends the others. Like any message, these are sent under the guard against
	 * re-entry.
	 */
	void decide(UnitOfWork request, @Nullable Throwable excluded) {
		Queue<Undecided> all = request.set(KEY, null);
		if (all != null) {
			List<Throwable> none = (excluded != null) ? Throwables.related(excluded) : List.of();
			Extensions.enter(() -> decide(all, none), () -> false);
		}
	}

	private boolean decide(Queue<Undecided> all, List<Throwable> none) {
		all.removeIf((each) -> each.isRelatedTo(none) && this.grouper.withdraw(each.incident(), false));
		all.forEach(this::decided);
		return true;
	}

	private void decided(Undecided failure) {
		this.grouper.decide(failure.incident());
		if (failure.thrown() != null) {
			this.grouper.releaseInTurn(failure.incident());
		}
	}

	/** Withdraws a failure. Returns its id, if no message is sent with it. */
	@Nullable String withdraw(UnitOfWork request, Throwable thrown) {
		for (Undecided each : request.attribute(KEY, ConcurrentLinkedQueue::new)) {
			Incident incident = each.incident();
			if (each.thrown() == thrown && incident == incident.self() && this.grouper.withdraw(incident, false)) {
				return incident.isRefused() ? incident.id() : null;
			}
		}
		return null;
	}

	private record Undecided(@Nullable Throwable thrown, Incident incident) {

		boolean isRelatedTo(List<Throwable> others) {
			return this.thrown != null && !others.isEmpty()
					&& Throwables.related(this.thrown).stream().anyMatch((each) -> contains(others, each));
		}

		private static boolean contains(List<Throwable> throwables, Throwable throwable) {
			return throwables.stream().anyMatch((each) -> each == throwable);
		}

	}

}

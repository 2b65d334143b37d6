package dev.cairn.spring.web.error;

import java.security.Principal;
import java.util.function.Supplier;

import dev.cairn.Failure;
import dev.cairn.context.ThreadContext;
import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Throwables;
import dev.cairn.spring.web.request.RequestFacts;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Captures exceptions that leave the filters of a reactive application, before its
 * handlers of exceptions answer them. Decides on all failures of a request just before
 * the response is committed: the status is certain, and the header {@code X-Error-Id} can
 * still be set.
 */
final class ExchangeErrors implements WebExceptionHandler, Ordered {

	private static final String WATCHED = ExchangeErrors.class.getName() + ".WATCHED";

	private static final UnitOfWork.Key<ServerWebExchange> EXCHANGE = new UnitOfWork.Key<>("exchange");

	private final ErrorReporter reporter;

	private final RequestExclusion requests;

	private final boolean user;

	ExchangeErrors(ErrorReporter reporter, RequestExclusion requests, boolean user) {
		this.reporter = reporter;
		this.requests = requests;
		this.user = user;
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	/** Notes the exception of a handler, which the application may handle. */
	void note(Throwable seen) {
		UnitOfWork unit = RequestFacts.currentUnit();
		ServerWebExchange exchange = (unit != null) ? unit.attribute(EXCHANGE) : null;
		this.reporter.note(Throwables.unwrap(seen), exchange != null && exchange.getResponse().isCommitted());
	}

	/**
	 * Captures the exception that was noted if the application answers it with a status
	 * of a failure.
	 */
	@Nullable String handled(ServerWebExchange exchange, int status) {
		String id = this.reporter.handled(status);
		exchange.getAttributes().computeIfAbsent(ErrorReporter.ATTRIBUTE, (name) -> id);
		return id;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange, Throwable seen) {
		return Mono.deferContextual((context) -> {
			Throwable thrown = Throwables.unwrap(seen);
			boolean committed = exchange.getResponse().isCommitted();
			String id = in(context, () -> this.reporter.unhandled(thrown, statusOf(thrown), committed));
			if (!committed) {
				setId(exchange, id);
				decideBeforeCommit(exchange);
			}
			return Mono.error(seen);
		});
	}

	/** Returns the status that Boot sends for an exception. */
	private int statusOf(Throwable thrown) {
		int status = this.requests.statusOfSpring(thrown);
		return (status != Failure.Exclusion.UNKNOWN_STATUS) ? status : HttpStatus.INTERNAL_SERVER_ERROR.value();
	}

	private void decideBeforeCommit(ServerWebExchange exchange) {
		if (exchange.getAttributes().putIfAbsent(WATCHED, Boolean.TRUE) == null) {
			exchange.getResponse().beforeCommit(() -> Mono.deferContextual((context) -> decide(exchange, context)));
		}
	}

	private Mono<Void> decide(ServerWebExchange exchange, ContextView context) {
		HttpStatusCode known = exchange.getResponse().getStatusCode();
		int status = (known != null) ? known.value() : HttpStatus.OK.value();
		return findUser(exchange, context, in(context, ErrorReporter::noted), status)
			.then(Mono.fromRunnable(() -> setId(exchange, in(context, () -> this.reporter.answered(status)))));
	}

	/** Removes the id if the failure turns out to be none. */
	private static void setId(ServerWebExchange exchange, @Nullable String id) {
		HttpHeaders headers = exchange.getResponse().getHeaders();
		if (id != null) {
			exchange.getAttributes().put(ErrorReporter.ATTRIBUTE, id);
			headers.set(ErrorReporter.HEADER, id);
		}
		else if (exchange.getAttributes().remove(ErrorReporter.ATTRIBUTE) != null) {
			headers.remove(ErrorReporter.HEADER);
		}
	}

	/**
	 * Finds the user for the report of a failure, before that is made. It may have to be
	 * read from a session.
	 */
	private Mono<Void> findUser(ServerWebExchange exchange, ContextView context, @Nullable Throwable noted,
			int status) {
		if (!this.user || noted == null
				|| Boolean.TRUE.equals(in(context, () -> this.requests.excludes(noted, status)))) {
			return Mono.empty();
		}
		return Mono.<Principal>defer(exchange::getPrincipal)
			.doOnNext((principal) -> in(context, () -> keep(principal.getName())))
			.onErrorComplete()
			.then();
	}

	private static @Nullable String keep(String user) {
		UnitOfWork unit = RequestFacts.currentUnit();
		return (unit != null) ? unit.set(RequestFacts.USER, user) : null;
	}

	/** Reactor's context need not be that of the thread. */
	private static <T> @Nullable T in(ContextView context, Supplier<@Nullable T> action) {
		ThreadContext.Snapshot snapshot = context.hasKey(ThreadContext.KEY) ? context.get(ThreadContext.KEY)
				: ThreadContext.Snapshot.EMPTY;
		Observation observation = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
		try (UnitOfWork.Scope unit = ThreadContext.enter(snapshot);
				Observation.Scope span = (observation != null) ? observation.openScope() : Observation.Scope.NOOP) {
			return action.get();
		}
	}

	/** Comes directly after the filter that begins the unit of work. */
	WebFilter outermost() {
		return new Filter(ErrorReporter.FILTER_ORDER) {

			@Override
			Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain, ContextView context) {
				in(context, () -> begin(exchange));
				return chain.filter(exchange);
			}

		};
	}

	private @Nullable Void begin(ServerWebExchange exchange) {
		UnitOfWork unit = RequestFacts.currentUnit();
		if (unit != null) {
			unit.set(EXCHANGE, exchange);
			this.reporter.decideAtTheEnd();
		}
		return null;
	}

	/**
	 * Comes after those that authenticate the user, and decides after what they do before
	 * the response is committed.
	 */
	WebFilter innermost() {
		return new Filter(Ordered.LOWEST_PRECEDENCE) {

			@Override
			Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain, ContextView context) {
				decideBeforeCommit(exchange);
				return chain.filter(exchange).onErrorResume((thrown) -> {
					in(context, () -> {
						note(thrown);
						return null;
					});
					return findUser(exchange, context, thrown, statusOf(Throwables.unwrap(thrown)))
						.then(Mono.error(thrown));
				});
			}

		};
	}

	/**
	 * A filter that needs Reactor's context.
	 */
	private abstract static class Filter implements WebFilter, Ordered {

		private final int order;

		Filter(int order) {
			this.order = order;
		}

		@Override
		public int getOrder() {
			return this.order;
		}

		@Override
		public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
			return Mono.deferContextual((context) -> filter(exchange, chain, context));
		}

		abstract Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain, ContextView context);

	}

}

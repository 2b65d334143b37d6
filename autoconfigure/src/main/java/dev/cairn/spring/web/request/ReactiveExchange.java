package dev.cairn.spring.web.request;

import java.util.List;
import java.util.function.Supplier;

import dev.cairn.context.Signals;
import dev.cairn.context.ThreadContext;
import dev.cairn.context.UnitOfWork;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * A request of a reactive application and its response. Its unit of work is part of
 * Reactor's context. It ends when the response is reported to the server as complete, or
 * when the server cancels it.
 */
final class ReactiveExchange extends RequestExchange {

	final ReactiveRequestFacts facts;

	private final Object ending = new Object();

	private volatile boolean failed;

	private ReactiveExchange(Signals signals, ServerHttpRequest request, ReactiveRequestFacts facts) {
		super(signals, facts, (name) -> headers(request, name));
		this.facts = facts;
	}

	/** An event loop may still be within another request, which has not caused this. */
	static ReactiveExchange of(Signals signals, ServerHttpRequest request, ReactiveResponse response,
			ClientDetails client) {
		try (UnitOfWork.Scope scope = ThreadContext.enter(ThreadContext.Snapshot.EMPTY)) {
			return new ReactiveExchange(signals, request, new ReactiveRequestFacts(request, response, client));
		}
	}

	/** Joins the values of a repeated header: of several traces, none is valid. */
	private static @Nullable String headers(ServerHttpRequest request, String name) {
		List<String> values = request.getHeaders().get(name);
		return (values != null && !values.isEmpty()) ? String.join(",", values) : null;
	}

	/** Returns the handling of the request within its unit of work. */
	Mono<Void> within(Mono<Void> handling) {
		return new Opening(handling.doOnError(this::failed)
			.doOnTerminate(this::end)
			.doOnCancel(this::cancelled)
			.contextWrite((context) -> context.put(ThreadContext.KEY, ThreadContext.Snapshot.of(this.unit))
				.put(ReactiveExchange.class, this)));
	}

	private void failed(Throwable failure) {
		this.failed = true;
		this.facts.failed();
	}

	private void cancelled() {
		this.facts.cancelled();
		end();
	}

	/**
	 * Runs before the server is notified: a servlet container reuses its objects for
	 * other requests after that. If the container ends a request that is ending already,
	 * because the client has disconnected, it waits here until the facts are read.
	 */
	private void end() {
		if (this.begun) {
			synchronized (this.ending) {
				try (UnitOfWork.Scope scope = this.unit.open()) {
					endOnce();
				}
			}
		}
	}

	@Override
	boolean isFailed() {
		return this.failed;
	}

	/**
	 * Opens the unit of work for what runs at once, also if Reactor does not propagate
	 * its context to threads.
	 */
	private final class Opening extends MonoOperator<Void, Void> {

		Opening(Mono<Void> source) {
			super(source);
		}

		@Override
		public void subscribe(CoreSubscriber<? super Void> actual) {
			try (UnitOfWork.Scope scope = ReactiveExchange.this.unit.open()) {
				this.source.subscribe(actual);
			}
		}

	}

	/**
	 * Makes an exchange of each request, around all that Spring does with it.
	 */
	record Handlers(Signals signals, ClientDetails client) implements HttpHandlerDecoratorFactory {

		@Override
		public HttpHandler apply(HttpHandler handler) {
			return (request, response) -> handle(handler, request, response);
		}

		private Mono<Void> handle(HttpHandler handler, ServerHttpRequest request, ServerHttpResponse response) {
			ReactiveResponse counted = ReactiveResponse.of(response);
			ReactiveExchange exchange = of(this.signals, request, counted, this.client);
			return exchange.within(handler.handle(counted.watch(request), counted));
		}

	}

	/**
	 * Decorates the handler of the server, in place of a factory that is a bean.
	 */
	record HandlerBeans(Supplier<Handlers> decorator) implements BeanPostProcessor {

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			return (bean instanceof HttpHandler handler) ? this.decorator.get().apply(handler) : bean;
		}

	}

}

package dev.cairn.spring.web.request;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

import dev.cairn.Trace;
import dev.cairn.context.BoundContext;
import dev.cairn.context.SignalListener;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Extensions;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.HandlerMapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for the unit of work of a request and its facts.
 */
class RequestUnitTests {

	private final List<UnitOfWork> started = new ArrayList<>();

	private final List<UnitOfWork> ended = new ArrayList<>();

	private final List<String> failures = new ArrayList<>();

	private final Extensions extensions = new Extensions(this.failures::add, (text) -> text);

	private final Signals signals = new Signals(List.of(new Recorder()), InstantSource.system(), this.extensions,
			new CallersTrace());

	private final RequestFilter filter = new RequestFilter(this.signals,
			new RequestBeginnings(null, (path) -> false, (path) -> false, List::of, "", false), ClientTests.CLIENT);

	private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/orders/1");

	private final MockHttpServletResponse response = new MockHttpServletResponse();

	@Test
	void isCurrentWhileTheRequestIsServed() throws Exception {
		List<UnitOfWork> seen = new ArrayList<>();
		serve((request, response) -> seen.add(RequestFacts.currentUnit()));
		assertThat(seen).isEqualTo(this.started).isEqualTo(this.ended).hasSize(1);
		assertThat(seen.get(0).outcome()).isEqualTo(UnitOfWork.Outcome.SUCCESS);
		assertThat(seen.get(0).kind()).isEqualTo(UnitOfWork.Kind.REQUEST);
		assertThat(UnitOfWork.current()).isNull();
		assertThat(RequestFacts.current()).isNull();
		assertThat(this.failures).isEmpty();
	}

	@Test
	void failsWithTheStatusOfTheContainer() {
		List<RequestFacts> seen = new ArrayList<>();
		assertThatIllegalStateException().isThrownBy(() -> serve((request, response) -> {
			seen.add(RequestFacts.current());
			throw new IllegalStateException("fails");
		}));
		assertThat(this.ended).singleElement()
			.satisfies((unit) -> assertThat(unit.outcome()).isEqualTo(UnitOfWork.Outcome.FAILURE));
		assertThat(seen.get(0).status()).isEqualTo(500);
		assertThat(seen.get(0).isAborted()).isFalse();
	}

	@Test
	void isAbortedByAClientThatDisconnects() {
		assertThatIOException().isThrownBy(() -> serve((request, response) -> {
			throw new IOException("Broken pipe");
		}));
		assertThat(this.ended).singleElement()
			.satisfies((unit) -> assertThat(unit.outcome()).isEqualTo(UnitOfWork.Outcome.ABORTED));
	}

	@Test
	void isAbortedByAClientWhoseExceptionIsResolved() throws Exception {
		serve((request, response) -> request.setAttribute(DispatcherServlet.EXCEPTION_ATTRIBUTE,
				new IOException("Broken pipe")));
		assertThat(this.ended).singleElement()
			.satisfies((unit) -> assertThat(unit.outcome()).isEqualTo(UnitOfWork.Outcome.ABORTED));
	}

	@Test
	void isNotAbortedByAnotherConnectionThatBreaks() throws Exception {
		serve((request, response) -> {
			request.setAttribute(DispatcherServlet.EXCEPTION_ATTRIBUTE, new IOException("Broken pipe"));
			response.setStatus(502);
		});
		assertThat(this.ended).singleElement()
			.satisfies((unit) -> assertThat(unit.outcome()).isEqualTo(UnitOfWork.Outcome.FAILURE));
	}

	@Test
	void failsWithAnExceptionAfterTheResponse() {
		assertThatIllegalStateException().isThrownBy(() -> serve((request, response) -> {
			response.flushBuffer();
			throw new IllegalStateException("fails");
		}));
		assertThat(this.ended).singleElement()
			.satisfies((unit) -> assertThat(unit.outcome()).isEqualTo(UnitOfWork.Outcome.FAILURE));
	}

	@Test
	void hasNoUserIfTheNameOfTheUserFails() throws Exception {
		this.request.setUserPrincipal(() -> {
			throw new UnsupportedOperationException("no name");
		});
		serve((request, response) -> assertThat(RequestFacts.current().user()).isNull());
	}

	@Test
	void keepsItsRouteOnTheErrorPage() throws Exception {
		this.request.setAsyncSupported(true);
		List<RequestFacts> seen = new ArrayList<>();
		serve((request, response) -> {
			seen.add(RequestFacts.current());
			request.setAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE, "/orders/{id}");
			request.startAsync();
		});
		this.request.setAsyncStarted(false);
		this.request.setDispatcherType(DispatcherType.ERROR);
		serve((request, response) -> request.setAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE, "/error"));
		assertThat(seen.get(0).route()).isEqualTo("/orders/{id}");
		assertThat(this.ended).hasSize(1);
	}

	@Test
	void staysTheSameOnTheErrorPageAndEndsOnce() throws Exception {
		List<UnitOfWork> seen = new ArrayList<>();
		serve((request, response) -> seen.add(RequestFacts.currentUnit()));
		this.request.setDispatcherType(DispatcherType.ERROR);
		serve((request, response) -> {
			seen.add(RequestFacts.currentUnit());
			assertThat(RequestFacts.current().header("Host")).isEqualTo("shop.example");
		});
		assertThat(seen).hasSize(2).containsOnly(this.started.get(0));
		assertThat(this.ended).hasSize(1);
	}

	@Test
	void endsAfterAnErrorPageWithoutARequest() throws Exception {
		this.request.setDispatcherType(DispatcherType.ERROR);
		serve((request, response) -> assertThat(RequestFacts.current()).isNotNull());
		assertThat(this.started).isEqualTo(this.ended).hasSize(1);
	}

	@Test
	void endsWhenTheContainerHasCompletedAnAsynchronousRequest() throws Exception {
		this.request.setAsyncSupported(true);
		serve((request, response) -> request.startAsync());
		assertThat(this.ended).isEmpty();
		MockAsyncContext async = (MockAsyncContext) this.request.getAsyncContext();
		async.getListeners().get(0).onComplete(new AsyncEvent(async));
		assertThat(this.ended).hasSize(1);
	}

	@Test
	void endsWhenTheContainerNoticesThatTheClientHasGone() throws Exception {
		this.request.setAsyncSupported(true);
		serve((request, response) -> request.startAsync());
		MockAsyncContext async = (MockAsyncContext) this.request.getAsyncContext();
		AsyncListener listener = async.getListeners().get(0);
		listener.onError(new AsyncEvent(async, new IllegalStateException("not yet")));
		listener.onError(new AsyncEvent(async));
		assertThat(this.ended).isEmpty();
		listener.onError(new AsyncEvent(async, new IOException("Connection reset by peer")));
		listener.onComplete(new AsyncEvent(async));
		assertThat(this.ended).singleElement()
			.satisfies((unit) -> assertThat(unit.outcome()).isEqualTo(UnitOfWork.Outcome.ABORTED));
		assertThat(UnitOfWork.current()).isNull();
	}

	@Test
	void hasNoRequestAfterItHasEnded() throws Exception {
		List<RequestFacts> seen = new ArrayList<>();
		serve((request, response) -> {
			RequestFacts facts = RequestFacts.current();
			assertThat(facts.header("Host")).isEqualTo("shop.example");
			assertThat(facts.address()).isEqualTo("127.0.0.1");
			response.setStatus(404);
			seen.add(facts);
		});
		RequestFacts facts = seen.get(0);
		assertThat(facts.method()).isEqualTo("GET");
		assertThat(facts.status()).isEqualTo(404);
		assertThat(facts.header("Host")).isNull();
		assertThat(facts.address()).isNull();
		assertThat(facts.requestBytes()).isEqualTo(RequestFacts.UNKNOWN_BYTES);
	}

	@Test
	void inheritsNothingThatAnotherRequestHasLeftOnTheThread() throws Exception {
		BoundContext bound = new BoundContext(this.extensions, List.of(), (name) -> false, true, Set.of());
		UnitOfWork.Scope left = this.signals.start(UnitOfWork.Kind.REQUEST, "left").open();
		bound.bind("user", "a");
		initialize();
		serve((request, response) -> {
			assertThat(RequestFacts.currentUnit().parent()).isNull();
			assertThat(bound.bindings()).isEmpty();
			assertThat(MDC.get("user")).isNull();
		});
		left.close();
	}

	@Test
	void showsItsIdsAndValuesAfterAFilterHasClearedTheDiagnosticContext() throws Exception {
		BoundContext bound = new BoundContext(this.extensions, List.of(), (name) -> false, true, Set.of());
		Trace trace = Trace.begin(true);
		this.request.addHeader(Trace.TRACEPARENT, trace.traceparent());
		initialize();
		bound.bind("user", "a");
		MDC.clear();
		serve((request, response) -> assertThat(MDC.getCopyOfContextMap()).containsKey("spanId")
			.containsEntry("traceId", trace.traceId())
			.containsEntry("user", "a"));
		assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
	}

	private void initialize() {
		new RequestFilter.Listener(this.signals, ClientTests.CLIENT).initialized(this.request);
	}

	private void serve(Handler handler) throws ServletException, IOException {
		if (this.request.getHeader("Host") == null) {
			this.request.addHeader("Host", "shop.example");
		}
		FilterChain chain = (request, response) -> handler.handle((MockHttpServletRequest) request,
				(MockHttpServletResponse) response);
		this.filter.doFilter(this.request, this.response, chain);
	}

	@FunctionalInterface
	private interface Handler {

		void handle(MockHttpServletRequest request, MockHttpServletResponse response) throws IOException;

	}

	/**
	 * Traces that are those of the callers.
	 */
	private static final class CallersTrace implements Trace.Source {

		@Override
		public Trace current() {
			return null;
		}

		@Override
		public Trace start(Trace parent, Function<String, String> headers) {
			return read(headers);
		}

		@Override
		public boolean isInDiagnosticContext() {
			return false;
		}

	}

	private final class Recorder implements SignalListener {

		@Override
		public void unitStarted(UnitOfWork unit) {
			RequestUnitTests.this.started.add(unit);
		}

		@Override
		public void unitEnded(UnitOfWork unit) {
			RequestUnitTests.this.ended.add(unit);
		}

	}

}

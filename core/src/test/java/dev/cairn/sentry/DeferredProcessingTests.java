package dev.cairn.sentry;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

import dev.cairn.Message;
import dev.cairn.delivery.Sink;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.TestMessages;
import io.sentry.EventProcessor;
import io.sentry.Hint;
import io.sentry.IScope;
import io.sentry.ISentryLifecycleToken;
import io.sentry.ScopeType;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import io.sentry.SentryOptions;
import io.sentry.transport.NoOpTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FailedThread}: events that are processed after the failure.
 */
class DeferredProcessingTests {

	private static final List<Thread> THREADS = new CopyOnWriteArrayList<>();

	private final SentryDestination destination = new SentryDestination(Sentry::getCurrentScopes, () -> null);

	@AfterEach
	void stop() {
		Sentry.configureScope(ScopeType.GLOBAL, IScope::clear);
		Sentry.close();
		THREADS.clear();
	}

	static Stream<Named<Consumer<SentryOptions>>> unknownCode() {
		return Stream.of(Named.of("before-send", (options) -> options.setBeforeSend((event, hint) -> noted(event))),
				Named.of("a processor", (options) -> options.addEventProcessor(new Noting())),
				Named.of("a callback for envelopes", (options) -> options
					.setBeforeEnvelopeCallback((envelope, hint) -> THREADS.add(Thread.currentThread()))));
	}

	@ParameterizedTest
	@MethodSource("unknownCode")
	void theThreadThatFailsRunsTheCodeOfTheApplication(Consumer<SentryOptions> configuration) {
		start(configuration);
		assertThat(this.destination.context(failure())).isInstanceOf(Submission.class);
		assertThat(THREADS).containsExactly(Thread.currentThread());
	}

	@Test
	void theThreadThatFailsRunsTheProcessorsOfItsScopes() {
		start((options) -> {
		});
		for (ScopeType type : List.of(ScopeType.CURRENT, ScopeType.ISOLATION, ScopeType.GLOBAL)) {
			THREADS.clear();
			try (ISentryLifecycleToken scope = Sentry.pushIsolationScope()) {
				Sentry.configureScope(type, (each) -> each.addEventProcessor(new Noting()));
				assertThat(this.destination.context(failure())).isInstanceOf(Submission.class);
				assertThat(THREADS).containsExactly(Thread.currentThread());
			}
		}
	}

	static Stream<Named<Consumer<SentryOptions>>> rejections() {
		return Stream.of(Named.of("sample-rate", (options) -> options.setSampleRate(1e-9)),
				Named.of("ignored exceptions",
						(options) -> options.addIgnoredExceptionForType(IllegalStateException.class)),
				Named.of("ignored errors", (options) -> options.addIgnoredError(".*no.*")));
	}

	@ParameterizedTest
	@MethodSource("rejections")
	void anEventThatMayBeRejectedIsProcessedAtOnce(Consumer<SentryOptions> configuration) {
		start(configuration);
		assertThat(this.destination.context(failure())).isSameAs(Sink.REFUSED);
	}

	@Test
	void anEventWithTheStacksOfThreadsIsProcessedAtOnce() {
		start((options) -> options.setAttachThreads(true));
		assertThat(this.destination.context(failure())).isInstanceOf(Submission.class);
	}

	@Test
	void aTextIsProcessedAtOnceIfItHasAStack() {
		start((options) -> {
		});
		assertThat(this.destination.context(TestMessages.message())).isInstanceOf(Submission.class);
		start((options) -> options.setAttachStacktrace(false));
		assertThat(this.destination.context(TestMessages.message())).isInstanceOf(FailedThread.class);
	}

	@Test
	void everythingElseIsProcessedLater() {
		start((options) -> options.setSampleRate(1.0));
		Message message = failure();
		assertThat(this.destination.context(message)).isInstanceOf(FailedThread.class);
		assertThat(this.destination.events().hasEvent(SentryEvents.eventId(message))).isTrue();
		assertThat(Sentry.getLastEventId()).hasToString(SentryEvents.eventId(message));
	}

	private void start(Consumer<SentryOptions> configuration) {
		Sentry.init((options) -> {
			options.setDsn("https://key@127.0.0.1/1");
			options.setEnableUncaughtExceptionHandler(false);
			options.setEnableShutdownHook(false);
			options.setTransportFactory((ignored, details) -> NoOpTransport.getInstance());
			options.addEventProcessor(new CairnEventProcessor(this.destination, () -> null, Redactor.DEFAULT));
			configuration.accept(options);
			SentryDestination.prepare(options);
		});
	}

	private static Message failure() {
		return TestMessages.builder("exception").thrown(new IllegalStateException("no")).build();
	}

	private static SentryEvent noted(SentryEvent event) {
		THREADS.add(Thread.currentThread());
		return event;
	}

	private static final class Noting implements EventProcessor {

		@Override
		public SentryEvent process(SentryEvent event, Hint hint) {
			return noted(event);
		}

	}

}

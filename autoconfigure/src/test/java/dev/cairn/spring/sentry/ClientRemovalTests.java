package dev.cairn.spring.sentry;

import java.util.Set;

import dev.cairn.sentry.SentryDestination;
import dev.cairn.testing.TestMessages;
import io.sentry.Sentry;
import io.sentry.transport.NoOpTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ClientRemoval}.
 */
class ClientRemovalTests {

	@AfterEach
	void stop() {
		Sentry.close();
	}

	@Test
	void theThreadOfTheSinkProcessesTheEventOfAClientThatRefuses() {
		Sentry.init((options) -> {
			options.setDsn("https://key@127.0.0.1/1");
			options.setEnableUncaughtExceptionHandler(false);
			options.setEnableShutdownHook(false);
			options.setTransportFactory((ignored, details) -> NoOpTransport.getInstance());
		});
		Sentry.configureScope((scope) -> scope.addEventProcessor(new ClientRemoval(Set.of())));
		SentryDestination destination = new SentryDestination(Sentry::getCurrentScopes, () -> null);
		Object context = destination
			.context(TestMessages.builder("exception").thrown(new IllegalStateException("no")).build());
		assertThat(context).asString().startsWith("FailedThread[");
	}

}

package dev.cairn.sentry;

import java.util.List;

import dev.cairn.Message;
import dev.cairn.delivery.Destination;
import dev.cairn.delivery.SinkContract;
import dev.cairn.testing.SentryServer;
import dev.cairn.testing.TestMessages;
import io.sentry.Sentry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Tests for a sink over {@link SentryDestination} and Sentry's real client.
 */
class SentryDestinationContractTests extends SinkContract {

	private final SentryServer server = new SentryServer();

	@BeforeEach
	void startClient() {
		Sentry.init((options) -> {
			options.setDsn(this.server.dsn());
			options.setConnectionTimeoutMillis(5000);
			options.setReadTimeoutMillis(60_000);
			options.setShutdownTimeoutMillis(0);
			options.setSessionFlushTimeoutMillis(0);
			options.setFlushTimeoutMillis(0);
			options.setEnableUncaughtExceptionHandler(false);
			options.setEnableShutdownHook(false);
			SentryDestination.prepare(options);
		});
	}

	@AfterEach
	void stopClient() {
		Sentry.close();
	}

	@Override
	protected Destination createSender() {
		return new SentryDestination(Sentry::getCurrentScopes, () -> null);
	}

	@Override
	protected Message item(int number) {
		return TestMessages.numbered(number);
	}

	/** In the order of their times, as Sentry shows them: of a batch, some may fail. */
	@Override
	protected List<Integer> received() {
		return this.server.distinctEvents()
			.stream()
			.map((event) -> event.get("contexts").get("cairn").get("n").asInt())
			.sorted()
			.toList();
	}

	@Override
	protected void startBackend() {
		this.server.start();
	}

	@Override
	protected void stopBackend() {
		this.server.stop();
	}

	@Override
	protected void hangBackend() {
		this.server.hang();
	}

	@Override
	protected void resumeBackend() {
		this.server.resume();
	}

}

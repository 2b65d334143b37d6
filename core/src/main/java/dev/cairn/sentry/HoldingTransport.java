package dev.cairn.sentry;

import java.io.IOException;

import io.sentry.AsyncHttpTransportFactory;
import io.sentry.Hint;
import io.sentry.ITransportFactory;
import io.sentry.NoOpTransportFactory;
import io.sentry.RequestDetails;
import io.sentry.SentryEnvelope;
import io.sentry.SentryOptions;
import io.sentry.transport.ITransport;
import io.sentry.transport.RateLimiter;
import io.sentry.util.HintUtils;
import org.jspecify.annotations.Nullable;

/**
 * The transport of Sentry's client, which holds the events of Cairn back: the client
 * processes them on the thread that failed, and they are sent when their turn comes.
 */
final class HoldingTransport implements ITransport {

	private final ITransport transport;

	private final boolean notifying;

	private HoldingTransport(ITransport transport, boolean notifying) {
		this.transport = transport;
		this.notifying = notifying;
	}

	/** Returns whether the client's own transport is used, which notifies hints. */
	static boolean isNotifying(SentryOptions options) {
		ITransportFactory factory = options.getTransportFactory();
		return ((factory instanceof Factory holding) ? holding.factory()
				: factory) instanceof AsyncHttpTransportFactory;
	}

	@Override
	public void send(SentryEnvelope envelope, Hint hint) throws IOException {
		boolean event = envelope.getHeader().getEventId() != null;
		if (!event || !(HintUtils.getSentrySdkHint(hint) instanceof Submission submission)
				|| !submission.hold(envelope, hint, this.notifying)) {
			this.transport.send(envelope, hint);
		}
	}

	@Override
	public boolean isHealthy() {
		return this.transport.isHealthy();
	}

	@Override
	public void flush(long timeoutMillis) {
		this.transport.flush(timeoutMillis);
	}

	@Override
	public @Nullable RateLimiter getRateLimiter() {
		return this.transport.getRateLimiter();
	}

	@Override
	public void close(boolean isRestarting) throws IOException {
		this.transport.close(isRestarting);
	}

	@Override
	public void close() throws IOException {
		this.transport.close();
	}

	/**
	 * Creates the transport.
	 *
	 * @param factory the factory that the application or the client would use
	 */
	record Factory(ITransportFactory factory) implements ITransportFactory {

		Factory {
			factory = (factory instanceof NoOpTransportFactory) ? new AsyncHttpTransportFactory() : factory;
		}

		@Override
		public ITransport create(SentryOptions options, RequestDetails details) {
			return new HoldingTransport(this.factory.create(options, details), isNotifying(options));
		}

	}

}

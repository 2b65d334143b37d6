package dev.cairn.spring.sentry;

import dev.cairn.Origin;
import io.sentry.Sentry;
import io.sentry.SentryOptions;
import io.sentry.SentryOptions.OnDiscardCallback;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Tells Sentry's client what Cairn knows and the application has not said: environment,
 * release and server name; and has it say what it discards. Comes last, so that nothing
 * that the application sets is replaced: its own callback is asked as well.
 */
final class SentryDefaults implements Sentry.OptionsConfiguration<SentryOptions>, Ordered {

	private static final String SENTRYS_ENVIRONMENT = "production";

	private final Environment environment;

	private final Origin origin;

	private final OnDiscardCallback account;

	SentryDefaults(Environment environment, Origin origin, OnDiscardCallback account) {
		this.environment = environment;
		this.origin = origin;
		this.account = account;
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void configure(SentryOptions options) {
		if (this.origin.environment() != null && isEnvironmentUnset(options)) {
			options.setEnvironment(this.origin.environment());
		}
		if (this.origin.release() != null && options.getRelease() == null) {
			options.setRelease(this.origin.release());
		}
		if (options.isAttachServerName() && options.getServerName() == null) {
			options.setServerName(this.origin.hostname());
		}
		options.setOnDiscard(both(this.account, options.getOnDiscard()));
	}

	/** Unset, it is what Sentry would say of itself. */
	private boolean isEnvironmentUnset(SentryOptions options) {
		return !this.environment.containsProperty("sentry.environment")
				&& SENTRYS_ENVIRONMENT.equals(options.getEnvironment());
	}

	private static OnDiscardCallback both(OnDiscardCallback account, @Nullable OnDiscardCallback own) {
		if (own == null) {
			return account;
		}
		return (reason, category, count) -> {
			account.execute(reason, category, count);
			own.execute(reason, category, count);
		};
	}

}

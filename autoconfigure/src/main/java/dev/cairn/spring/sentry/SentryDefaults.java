package dev.cairn.spring.sentry;

import dev.cairn.Origin;
import io.sentry.Sentry;
import io.sentry.SentryOptions;
import io.sentry.SentryOptions.OnDiscardCallback;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Sets the environment, the release and the server name of Sentry's client unless the
 * application has set them, and adds the callback for discarded events to that of the
 * application. Runs last, so that it overrides nothing.
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

	/** Sentry's client has a default, which is not distinguishable from a setting. */
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

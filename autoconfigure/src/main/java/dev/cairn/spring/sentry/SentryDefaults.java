package dev.cairn.spring.sentry;

import java.util.regex.Pattern;

import dev.cairn.ApplicationFrames;
import dev.cairn.Origin;
import dev.cairn.redaction.Redactor;
import dev.cairn.sentry.SentryDestination;
import dev.cairn.spring.core.InvalidProperty;
import io.sentry.Sentry;
import io.sentry.SentryOptions;
import io.sentry.SentryOptions.OnDiscardCallback;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Sets the environment, the release, the tag with the service, the server name and the
 * packages of the application unless they are set for Sentry's client, prepares its
 * transport, and adds the callback for discarded events to that of the application. Runs
 * last, so that it overrides nothing.
 */
final class SentryDefaults implements Sentry.OptionsConfiguration<SentryOptions>, Ordered {

	private static final String SENTRYS_ENVIRONMENT = "production";

	/** The name of the tag, as in messages. */
	private static final String SERVICE = "service";

	/** A public key, possibly with a secret one, and the id of a project. */
	private static final Pattern DSN = Pattern.compile("https?://[^/@:\\s]+(:[^/@\\s]*)?@[^/@\\s]+(/\\S*)?/[^/\\s]+");

	private final Environment environment;

	private final Origin origin;

	private final ApplicationFrames application;

	private final OnDiscardCallback account;

	SentryDefaults(Environment environment, Origin origin, ApplicationFrames application, OnDiscardCallback account) {
		this.environment = environment;
		this.origin = origin;
		this.application = application;
		this.account = account;
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void configure(SentryOptions options) {
		if (options.isEnabled() && options.getDsn() != null && !options.getDsn().isEmpty()) {
			checkDsn(options.getDsn());
		}
		if (this.origin.environment() != null && isEnvironmentUnset(options)) {
			options.setEnvironment(this.origin.environment());
		}
		if (this.origin.release() != null && options.getRelease() == null) {
			options.setRelease(this.origin.release());
		}
		if (!options.getTags().containsKey(SERVICE)) {
			options.setTag(SERVICE, this.origin.service());
		}
		if (options.isAttachServerName() && options.getServerName() == null) {
			options.setServerName(this.origin.hostname());
		}
		if (!Binder.get(this.environment).bind("sentry.in-app-includes", Bindable.listOf(String.class)).isBound()) {
			this.application.packages().forEach(options::addInAppInclude);
		}
		SentryDestination.prepare(options);
		OnDiscardCallback own = options.getOnDiscard();
		options.setOnDiscard((own != null) ? (reason, category, count) -> {
			this.account.execute(reason, category, count);
			own.execute(reason, category, count);
		} : this.account);
	}

	/** The client would fail without the name of the property. */
	private static void checkDsn(String dsn) {
		InvalidProperty.check("sentry.dsn", dsn.replaceFirst("//[^/]*@", "//" + Redactor.MASK + "@"), () -> {
			if (!DSN.matcher(dsn).matches()) {
				throw new IllegalArgumentException("A DSN must look like https://public-key@host/project-id. "
						+ "Copy it from the client keys of the project in Sentry.");
			}
			return dsn;
		});
	}

	/** Sentry's client has a default, which is not distinguishable from a setting. */
	private boolean isEnvironmentUnset(SentryOptions options) {
		return !this.environment.containsProperty("sentry.environment")
				&& SENTRYS_ENVIRONMENT.equals(options.getEnvironment());
	}

}

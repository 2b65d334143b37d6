package dev.cairn.spring.web.error;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.authentication.AuthenticationObservationContext;
import org.springframework.security.authentication.AuthenticationServiceException;

/**
 * Notes that an authentication could not be processed, such as by a service of users that
 * is down. HTTP Basic answers with 401 as if the password were wrong, and neither logs
 * the exception nor publishes an event.
 */
final class AuthenticationErrors implements ObservationHandler<AuthenticationObservationContext> {

	/**
	 * Obtained later, since the registry of observations is created with its handlers.
	 */
	private final ObjectProvider<ErrorReporter> reporter;

	AuthenticationErrors(ObjectProvider<ErrorReporter> reporter) {
		this.reporter = reporter;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof AuthenticationObservationContext;
	}

	@Override
	public void onError(AuthenticationObservationContext context) {
		if (context.getError() instanceof AuthenticationServiceException thrown) {
			this.reporter.getObject().note(thrown, false);
		}
	}

}

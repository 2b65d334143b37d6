package dev.cairn.spring.error;

import dev.cairn.Failure;
import dev.cairn.internal.Throwables;

import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;

/**
 * Excludes what Spring Security answers with 401 or 403. Like Spring Security, it also
 * looks at the causes. An authentication that could not be processed is a failure.
 */
final class SecurityExclusion implements Failure.Exclusion {

	@Override
	public boolean excludes(Throwable thrown, int status) {
		return Throwables.chain(thrown)
			.stream()
			.filter((cause) -> cause instanceof AuthenticationException || cause instanceof AccessDeniedException)
			.findFirst()
			.filter((cause) -> !(cause instanceof AuthenticationServiceException))
			.isPresent();
	}

}

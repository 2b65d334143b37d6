package dev.cairn.spring.logging;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Failures that are logged.
 *
 * @param logged Whether throwables that are logged at ERROR are captured.
 * @param loggedTexts Whether lines at ERROR without a throwable are failures too.
 */
@ConfigurationProperties("cairn.errors")
record LoggedErrorsProperties(@DefaultValue("true") boolean logged, @DefaultValue("true") boolean loggedTexts) {
}

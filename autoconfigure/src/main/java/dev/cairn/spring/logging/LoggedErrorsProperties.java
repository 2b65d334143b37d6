package dev.cairn.spring.logging;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of failures that are logged.
 *
 * @param logged Log entries at ERROR that are captured as failures.
 */
@ConfigurationProperties("cairn.errors")
record LoggedErrorsProperties(@DefaultValue("all") LoggedErrors logged) {

}

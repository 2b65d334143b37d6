package dev.cairn.spring.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The Ledger as meters.
 *
 * @param enabled Whether what became of the messages is shown as meters, and tags are
 * redacted.
 */
@ConfigurationProperties("cairn.meters")
record MetersProperties(@DefaultValue("true") boolean enabled) {
}

package dev.cairn.spring.doctor;

import java.util.Set;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Checks of the setup.
 *
 * @param enabled Whether the setup is checked after the start and at the endpoint
 * cairndoctor.
 * @param exclude Names of checks that are not made.
 */
@ConfigurationProperties("cairn.doctor")
record DoctorProperties(@DefaultValue("true") boolean enabled, @DefaultValue Set<String> exclude) {
}

package dev.cairn.spring.autoconfigure;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.EnvironmentAware;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches where Cairn brings the meters to StatsD. Boot's auto-configuration of
 * Micrometer's own registry, which would send them once more, is left out there.
 */
final class OnStatsdCondition extends SpringBootCondition implements AutoConfigurationImportFilter, EnvironmentAware {

	static final String PROTOCOL = "management.statsd.metrics.export.protocol";

	private static final String BOOTS = "org.springframework.boot.micrometer.metrics.autoconfigure.export.statsd"
			+ ".StatsdMetricsExportAutoConfiguration";

	/** The JDK has no Unix datagrams; Micrometer brings them along. */
	private static final Set<String> PROTOCOLS = Set.of("udp", "tcp");

	private @Nullable Environment environment;

	@Override
	public void setEnvironment(Environment environment) {
		this.environment = environment;
	}

	@Override
	public boolean[] match(@Nullable String[] autoConfigurationClasses, AutoConfigurationMetadata metadata) {
		Environment known = this.environment;
		boolean taken = known != null && isOn(known)
				&& Arrays.asList(autoConfigurationClasses).contains(StatsdSinkAutoConfiguration.class.getName());
		boolean[] matches = new boolean[autoConfigurationClasses.length];
		for (int i = 0; i < matches.length; i++) {
			matches[i] = !(taken && BOOTS.equals(autoConfigurationClasses[i]));
		}
		return matches;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("StatsD by Cairn");
		return isOn(context.getEnvironment()) ? ConditionOutcome.match(message.because("it is not switched off"))
				: ConditionOutcome.noMatch(message.because("it is switched off, or the protocol is not udp or tcp"));
	}

	private static boolean isOn(Environment environment) {
		return environment.getProperty("cairn.enabled", Boolean.class, true)
				&& environment.getProperty("cairn.statsd.enabled", Boolean.class, true)
				&& PROTOCOLS.contains(environment.getProperty(PROTOCOL, "udp").toLowerCase(Locale.ROOT));
	}

}

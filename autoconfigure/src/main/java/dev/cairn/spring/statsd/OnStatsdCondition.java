package dev.cairn.spring.statsd;

import java.util.Locale;
import java.util.Set;

import dev.cairn.spring.core.OnCairnCondition;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches where Cairn brings the meters to StatsD.
 */
public final class OnStatsdCondition extends SpringBootCondition {

	static final String PROTOCOL = "management.statsd.metrics.export.protocol";

	/** The JDK has no Unix datagrams; Micrometer brings them along. */
	private static final Set<String> PROTOCOLS = Set.of("udp", "tcp");

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("StatsD by Cairn");
		return isOn(context.getEnvironment()) ? ConditionOutcome.match(message.because("it is not switched off"))
				: ConditionOutcome.noMatch(message.because("it is switched off, or the protocol is not udp or tcp"));
	}

	public static boolean isOn(Environment environment) {
		return OnCairnCondition.isOn(environment, "statsd")
				&& PROTOCOLS.contains(environment.getProperty(PROTOCOL, "udp").toLowerCase(Locale.ROOT));
	}

}

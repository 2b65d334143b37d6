package dev.cairn.spring.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import dev.cairn.spring.core.OnCairnCondition;
import dev.cairn.spring.statsd.OnStatsdCondition;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/**
 * Leaves out those auto-configurations of Boot's that would do once more what Cairn does.
 */
final class ReplacedAutoConfigurations implements AutoConfigurationImportFilter, EnvironmentAware {

	private static final String PACKAGE = "org.springframework.boot.micrometer.metrics.autoconfigure.";

	/** Boot's, by name, and what is in its place. */
	private static final Map<String, Replacement> REPLACED = Map.of(
			PACKAGE + "export.statsd.StatsdMetricsExportAutoConfiguration",
			new Replacement("dev.cairn.spring.statsd.StatsdSinkAutoConfiguration", OnStatsdCondition::isOn),
			PACKAGE + "MetricsAspectsAutoConfiguration",
			new Replacement("dev.cairn.spring.metrics.AnnotationsAutoConfiguration",
					ReplacedAutoConfigurations::servesAnnotations));

	private @Nullable Environment environment;

	@Override
	public void setEnvironment(Environment environment) {
		this.environment = environment;
	}

	@Override
	public boolean[] match(@Nullable String[] autoConfigurationClasses, AutoConfigurationMetadata metadata) {
		List<@Nullable String> candidates = Arrays.asList(autoConfigurationClasses);
		boolean[] matches = new boolean[autoConfigurationClasses.length];
		for (int i = 0; i < matches.length; i++) {
			String candidate = autoConfigurationClasses[i];
			Replacement replacement = (candidate != null) ? REPLACED.get(candidate) : null;
			matches[i] = replacement == null || this.environment == null || !candidates.contains(replacement.name())
					|| !replacement.isOn().test(this.environment);
		}
		return matches;
	}

	private static boolean servesAnnotations(Environment environment) {
		return OnCairnCondition.isOn(environment, "metrics") && OnCairnCondition.isOn(environment, "annotations");
	}

	private record Replacement(String name, Predicate<Environment> isOn) {
	}

}

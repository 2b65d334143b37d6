package dev.cairn.test;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;

/**
 * Switches the destinations of a test with {@link AutoConfigureCairn} off. Vendors' own
 * integrations, which take the place of one of Cairn that is switched off, are off too.
 */
class NoExportContextCustomizerFactory implements ContextCustomizerFactory {

	@Override
	public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		AutoConfigureCairn annotation = TestContextAnnotationUtils.findMergedAnnotation(testClass,
				AutoConfigureCairn.class);
		return (annotation != null && !annotation.export()) ? new NoExport() : null;
	}

	/**
	 * A record, since the customizer is part of the key under which contexts are cached.
	 */
	private record NoExport() implements ContextCustomizer {

		/**
		 * An address may be a dynamic property, which comes before these, as is that of a
		 * server which the test has started.
		 */
		private static final Map<String, Object> PROPERTIES = Map.ofEntries(Map.entry("cairn.file.enabled", "false"),
				Map.entry("cairn.kafka.enabled", "false"), Map.entry("cairn.stdout.enabled", "false"),
				Map.entry("cairn.udp.enabled", "false"), Map.entry("cairn.udp.host", ""),
				Map.entry("cairn.syslog.enabled", "false"), Map.entry("cairn.syslog.url", ""),
				Map.entry("cairn.sentry.enabled", "false"), Map.entry("sentry.enabled", "false"),
				Map.entry("sentry.dsn", ""), Map.entry("cairn.statsd.enabled", "false"),
				Map.entry("management.statsd.metrics.export.enabled", "false"));

		@Override
		public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration merged) {
			context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("cairnNoExport", PROPERTIES));
		}

	}

}

package dev.cairn.console;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

/**
 * Enables and exposes the console while DevTools are active, with the lowest precedence.
 * They are active if they have set their own defaults, which may come later.
 */
final class DevToolsDefaults implements EnvironmentPostProcessor {

	private static final String ENABLED = "cairn.console.enabled";

	private static final String NAME = "cairnConsoleDefaults";

	private static final Map<String, String> DEFAULTS = Map.of(ENABLED, "true",
			"management.endpoints.web.exposure.include",
			"health,cairn,cairnconfig,cairnconsole,cairndoctor,cairnevents,cairnmetrics,cairnswitches");

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (!environment.getPropertySources().contains(NAME)) {
			environment.getPropertySources().addLast(new Source(environment));
		}
	}

	/**
	 * Not a source of the environment: Boot would read the environment within itself, for
	 * ever.
	 */
	private static final class Source extends PropertySource<Map<String, String>> {

		private final ConfigurableEnvironment environment;

		Source(ConfigurableEnvironment environment) {
			super(NAME, DEFAULTS);
			this.environment = environment;
		}

		@Override
		public @Nullable Object getProperty(String name) {
			String value = getSource().get(name);
			return (value != null && this.environment.getPropertySources().contains("devtools") && isWanted(name))
					? value : null;
		}

		private boolean isWanted(String name) {
			return name.equals(ENABLED) || this.environment.getProperty(ENABLED, Boolean.class, false);
		}

	}

}

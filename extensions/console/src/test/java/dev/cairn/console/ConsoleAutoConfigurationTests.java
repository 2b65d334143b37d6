package dev.cairn.console;

import java.util.Map;

import dev.cairn.spring.core.CairnAutoConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When the console is on.
 */
class ConsoleAutoConfigurationTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CairnAutoConfiguration.class, ConsoleAutoConfiguration.class));

	@Test
	void itIsOffByDefault() {
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=*")
			.run((context) -> assertThat(context).doesNotHaveBean(Recorder.class)
				.doesNotHaveBean(ConsoleEndpoint.class));
	}

	@Test
	void itIsOnWithThePropertyIfTheEndpointIsExposed() {
		this.runner
			.withPropertyValues("cairn.console.enabled=true", "management.endpoints.web.exposure.include=cairnconsole")
			.run((context) -> assertThat(context).hasSingleBean(Recorder.class).hasSingleBean(ConsoleEndpoint.class));
	}

	@Test
	void nothingIsRecordedIfTheEndpointIsNotExposed() {
		this.runner.withPropertyValues("cairn.console.enabled=true")
			.run((context) -> assertThat(context).doesNotHaveBean(Recorder.class));
	}

	@Test
	void nothingIsRecordedWithoutAccess() {
		this.runner
			.withPropertyValues("cairn.console.enabled=true", "management.endpoints.web.exposure.include=*",
					"management.endpoint.cairnconsole.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(Recorder.class));
	}

	@Test
	void itIsOffWithCairn() {
		this.runner
			.withPropertyValues("cairn.enabled=false", "cairn.console.enabled=true",
					"management.endpoints.web.exposure.include=*")
			.run((context) -> assertThat(context).doesNotHaveBean(Recorder.class));
	}

	@Test
	void aPropertyOutOfRangeFailsTheStart() {
		for (String property : new String[] { "max-size=1KB", "max-streams=0", "slow=-1s",
				"sentry-url=javascript:x" }) {
			this.runner
				.withPropertyValues("cairn.console.enabled=true", "cairn.console." + property,
						"management.endpoints.web.exposure.include=*")
				.run((context) -> assertThat(context.getStartupFailure()).rootCause()
					.hasMessageContaining("cairn.console." + property.substring(0, property.indexOf('='))));
		}
	}

	@Test
	void aPeerThatIsNotValidFailsTheStartWithoutItsSecrets() {
		String peer = "cairn.console.peers[0].";
		Map<String, String[]> invalid = Map.of("peers[0].name", new String[] { peer + "url=http://a/actuator" },
				"peers[0].url", new String[] { peer + "name=a", peer + "url=http://a/actuator?key=s3cr3t" },
				"peers[0].username",
				new String[] { peer + "name=a", peer + "url=http://a/actuator", peer + "password=s3cr3t" },
				"peers[0].token",
				new String[] { peer + "name=a", peer + "url=http://a/actuator", peer + "token=s3cr3t s3cr3t" },
				"peers[1].name",
				new String[] { peer + "name=a", peer + "url=http://a/actuator", "cairn.console.peers[1].name=a",
						"cairn.console.peers[1].url=http://b/actuator" },
				"peers-timeout", new String[] { "cairn.console.peers-timeout=2m" });
		invalid.forEach((property, values) -> this.runner.withPropertyValues(values)
			.withPropertyValues("cairn.console.enabled=true", "management.endpoints.web.exposure.include=*")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("cairn.console." + property)
				.hasMessageNotContaining("s3cr3t")));
	}

	@Test
	void devToolsEnableAndExposeIt() {
		StandardEnvironment environment = new StandardEnvironment();
		new DevToolsDefaults().postProcessEnvironment(environment, new SpringApplication());
		assertThat(environment.getProperty("cairn.console.enabled")).isNull();
		assertThat(environment.getProperty("management.endpoints.web.exposure.include")).isNull();
		environment.getPropertySources().addLast(new MapPropertySource("devtools", Map.of()));
		assertThat(environment.getProperty("cairn.console.enabled")).isEqualTo("true");
		assertThat(environment.getProperty("management.endpoints.web.exposure.include")).contains("cairnconsole");
		environment.getPropertySources()
			.addFirst(new MapPropertySource("own", Map.of("cairn.console.enabled", "false")));
		assertThat(environment.getProperty("cairn.console.enabled")).isEqualTo("false");
		assertThat(environment.getProperty("management.endpoints.web.exposure.include")).isNull();
	}

}

package dev.cairn.spring.core;

import net.bytebuddy.ByteBuddy;
import net.bytebuddy.dynamic.loading.ClassLoadingStrategy;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CairnDefaults}.
 */
class CairnDefaultsTests {

	private static final String EXEMPLARS = "management.prometheus.metrics.export.properties."
			+ "io.prometheus.exporter.exemplarsOnAllMetricTypes";

	private static final String REACTOR = "spring.reactor.context-propagation";

	private final MockEnvironment environment = new MockEnvironment();

	@Test
	void keepPrometheusFromExemplarsThatFailItsScrape() {
		process(withPrometheus());
		assertThat(this.environment.getProperty(EXEMPLARS)).isEqualTo("false");
	}

	@Test
	void setNothingForPrometheusWhereThereIsNone() {
		process(getClass().getClassLoader());
		assertThat(this.environment.getProperty(EXEMPLARS)).isNull();
	}

	@Test
	void setNothingForPrometheusWhereCairnIsOff() {
		this.environment.setProperty("cairn.enabled", "false");
		process(withPrometheus());
		assertThat(this.environment.getProperty(EXEMPLARS)).isNull();
	}

	@Test
	void comeAfterTheSettingsOfTheApplication() {
		this.environment.setProperty(EXEMPLARS, "true");
		process(withPrometheus());
		assertThat(this.environment.getProperty(EXEMPLARS)).isEqualTo("true");
	}

	@Test
	void letReactorPropagateTheContextUnlessTheApplicationDecides() {
		process(getClass().getClassLoader());
		assertThat(this.environment.getProperty(REACTOR)).isEqualTo("auto");
	}

	@Test
	void leaveReactorToTheApplication() {
		this.environment.setProperty(REACTOR, "limited");
		process(getClass().getClassLoader());
		assertThat(this.environment.getProperty(REACTOR)).isEqualTo("limited");
	}

	@Test
	void leaveReactorAloneWithoutPropagation() {
		this.environment.setProperty("cairn.context.propagation.enabled", "false");
		process(getClass().getClassLoader());
		assertThat(this.environment.getProperty(REACTOR)).isNull();
	}

	private void process(ClassLoader loader) {
		SpringApplication application = new SpringApplication(new DefaultResourceLoader(loader));
		new CairnDefaults().postProcessEnvironment(this.environment, application);
	}

	/** One that has the registry, and nothing that would start it. */
	private static ClassLoader withPrometheus() {
		return new ByteBuddy().subclass(Object.class)
			.name("io.micrometer.prometheusmetrics.PrometheusMeterRegistry")
			.make()
			.load(CairnDefaultsTests.class.getClassLoader(), ClassLoadingStrategy.Default.WRAPPER_PERSISTENT)
			.getLoaded()
			.getClassLoader();
	}

}

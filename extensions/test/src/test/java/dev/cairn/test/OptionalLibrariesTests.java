package dev.cairn.test;

import java.time.Duration;

import dev.cairn.Cairn;
import dev.cairn.spring.core.CairnAutoConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CairnTestAutoConfiguration} in applications without some libraries,
 * and with a recorder of their own.
 */
class OptionalLibrariesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(AutoConfigurations
		.of(CairnAutoConfiguration.class, CairnTestAutoConfiguration.class, CairnSliceAutoConfiguration.class));

	@Test
	void recordsWithoutWebMetricsAndPropagation() {
		this.runner
			.withClassLoader(new FilteredClassLoader("org.springframework.web", "org.springframework.http",
					"org.springframework.boot.resttestclient", "org.springframework.boot.webtestclient",
					"org.springframework.boot.web.servlet", "org.springframework.boot.micrometer", "jakarta.servlet",
					"io.micrometer.core", "io.micrometer.context", "reactor"))
			.run((context) -> {
				context.getBean(Cairn.class).event("order.placed").publish();
				assertThat(context.getBean(CairnRecorder.class)).recorded("order.placed").once();
				assertThat(context).doesNotHaveBean("cairnSliceMeterRegistry").doesNotHaveBean("cairnTestScopeFilter");
			});
	}

	@Test
	void backsOffFromARecorder() {
		CairnRecorder own = new CairnRecorder(Duration.ZERO);
		this.runner.withBean(CairnRecorder.class, () -> own).run((context) -> {
			assertThat(context).getBean(CairnRecorder.class).isSameAs(own);
			context.getBean(Cairn.class).event("order.placed").publish();
			assertThat(own).recorded("order.placed").once();
		});
	}

	@Test
	void recordsNothingWithoutCairn() {
		this.runner.withPropertyValues("cairn.enabled=false").run((context) -> {
			context.getBean(Cairn.class).event("order.placed").publish();
			assertThat(context.getBean(CairnRecorder.class)).neverRecorded("order.placed").lostNothing();
		});
	}

}

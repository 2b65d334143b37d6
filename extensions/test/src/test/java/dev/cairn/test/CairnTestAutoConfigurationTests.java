package dev.cairn.test;

import dev.cairn.Cairn;
import dev.cairn.spring.core.CairnAutoConfiguration;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CairnTestAutoConfiguration} and the clearing of its recorder.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE, properties = "cairn.test.timeout=17s")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CairnTestAutoConfigurationTests {

	@Autowired
	private Cairn cairn;

	@Autowired
	private CairnRecorder recorder;

	@Test
	@Order(1)
	void recordsTheSignalsOfTheApplication() {
		this.cairn.event("order.placed").publish();
		assertThat(this.recorder.messages("order.placed")).hasSize(1);
	}

	@Test
	@Order(2)
	void isClearedBeforeEachTest() {
		assertThat(this.recorder.signals()).isEmpty();
	}

	@Test
	void waitsAsLongAsTheProperty() {
		assertThat(this.recorder.assertThat().timeout()).hasSeconds(17);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ CairnAutoConfiguration.class, CairnTestAutoConfiguration.class })
	static class Application {

	}

}

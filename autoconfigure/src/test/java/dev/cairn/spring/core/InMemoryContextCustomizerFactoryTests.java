package dev.cairn.spring.core;

import java.util.Map;

import dev.cairn.Cairn;
import dev.cairn.delivery.MemorySink;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link InMemoryContextCustomizerFactory}.
 */
@SpringBootTest(classes = InMemoryContextCustomizerFactoryTests.Application.class,
		webEnvironment = SpringBootTest.WebEnvironment.NONE)
@DirtiesContext
class InMemoryContextCustomizerFactoryTests {

	@Test
	void eventsOfATestStayInMemory(@Autowired Cairn cairn, @Autowired MemorySink sink) {
		cairn.event("order.placed", Map.of());
		assertThat(sink.messages()).anyMatch((message) -> message.type().equals("order.placed"));
		assertThat(cairn.ledger().balances()).containsKey("memory").doesNotContainKey("file");
	}

	@Nested
	@TestPropertySource(properties = "cairn.file.directory=target/cairn-events")
	class WithFiles {

		@Test
		void filesThatATestConfiguresAreWritten(@Autowired Cairn cairn) {
			assertThat(cairn.ledger().balances()).containsKey("file").doesNotContainKey("memory");
		}

	}

	@Nested
	@TestPropertySource(properties = "cairn.enabled=false")
	class SwitchedOff {

		@Test
		void startsWithoutEffect(@Autowired Cairn cairn) {
			assertThat(cairn.ledger().balances()).isEmpty();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}

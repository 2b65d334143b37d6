package dev.cairn.test;

import java.nio.file.Path;
import java.util.List;

import dev.cairn.Cairn;
import dev.cairn.delivery.MemorySink;
import dev.cairn.delivery.Sink;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AutoConfigureCairn} in a test with the whole application.
 */
class AutoConfigureCairnTests {

	@Nested
	@SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE,
			properties = { "cairn.file.directory=target/no-events", "cairn.udp.host=127.0.0.1",
					"cairn.stdout.enabled=true" })
	@AutoConfigureCairn
	class WithoutExport {

		@Test
		void keepsSignalsInMemory(@Autowired Cairn cairn, @Autowired CairnRecorder recorder,
				@Autowired List<Sink> sinks) {
			cairn.event("order.placed").publish();
			assertThat(recorder).recorded("order.placed").once().and().lostNothing();
			assertThat(sinks).singleElement().isInstanceOf(MemorySink.class);
			assertThat(Path.of("target/no-events")).doesNotExist();
		}

	}

	@Nested
	@SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE,
			properties = "cairn.file.directory=target/events")
	@AutoConfigureCairn(export = true)
	class WithExport {

		@Test
		void sendsSignalsToo(@Autowired Cairn cairn, @Autowired CairnRecorder recorder, @Autowired List<Sink> sinks) {
			cairn.event("order.placed").publish();
			assertThat(recorder).recorded("order.placed").once();
			assertThat(sinks).singleElement().satisfies((sink) -> assertThat(sink.channel().name()).isEqualTo("file"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = DataSourceAutoConfiguration.class)
	static class Application {

	}

}

package dev.cairn.test.slice;

import dev.cairn.test.AutoConfigureCairn;
import dev.cairn.test.CairnRecorder;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.restclient.test.autoconfigure.RestClientTest;
import org.springframework.boot.test.autoconfigure.json.JsonTest;
import org.springframework.boot.webclient.test.autoconfigure.WebClientTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the slices without a web application or a database, and for a test without a
 * slice.
 */
class OtherSlicesTests {

	private static void recordsSignals(EventStore store, CairnRecorder cairn) {
		store.store(7);
		assertThat(cairn).recorded("order.stored").once().withField("order_id", 7).and().lostNothing();
		assertThat(cairn).counter("orders.stored").count(1);
	}

	@Nested
	@JsonTest
	@Import(EventStore.class)
	class Json {

		@Test
		void starts(@Autowired EventStore store, @Autowired CairnRecorder cairn) {
			recordsSignals(store, cairn);
		}

	}

	@Nested
	@JsonTest
	class JsonWithoutACairn {

		@Test
		void starts(@Autowired CairnRecorder cairn) {
			assertThat(cairn.signals(dev.cairn.test.RecordedSignal.Published.class)).isEmpty();
		}

	}

	@Nested
	@RestClientTest(EventStore.class)
	class RestClient {

		@Test
		void starts(@Autowired EventStore store, @Autowired CairnRecorder cairn) {
			recordsSignals(store, cairn);
		}

	}

	@Nested
	@WebClientTest(EventStore.class)
	class WebClient {

		@Test
		void starts(@Autowired EventStore store, @Autowired CairnRecorder cairn) {
			recordsSignals(store, cairn);
		}

	}

	@Nested
	@SpringJUnitConfig(EventStore.class)
	@AutoConfigureCairn
	class WithoutASlice {

		@Test
		void starts(@Autowired EventStore store, @Autowired CairnRecorder cairn) {
			recordsSignals(store, cairn);
		}

	}

}

package dev.cairn.test.slice;

import dev.cairn.delivery.MemorySink;
import dev.cairn.delivery.Sink;
import dev.cairn.test.CairnRecorder;
import dev.cairn.test.slice.OrderController.CheckoutFailedException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.ApplicationContext;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WebMvcTest} with Cairn.
 */
class WebMvcTestTests {

	@Nested
	@WebMvcTest(OrderController.class)
	class WithACairn {

		@Autowired
		private MockMvcTester mvc;

		@Autowired
		private CairnRecorder cairn;

		@Test
		void recordsAllSignalsOfARequest() {
			MvcTestResult response = this.mvc.post().uri("/orders/7").exchange();
			assertThat(response).hasStatusOk();
			assertThat(this.cairn).recorded("order.placed")
				.once()
				.withField("order_id", 7)
				.withSameTraceAs(response)
				.and()
				.request("POST", "/orders/{id}")
				.once()
				.withField("status", 200)
				.withSameTraceAs(response)
				.and()
				.recordedInOrder("order.placed", "http.request")
				.hasNoIncident()
				.lostNothing()
				.matchesSchemas();
			assertThat(this.cairn).timer("checkout").count(1);
			assertThat(this.cairn).logged("Placing order 7").from(OrderController.class).once();
		}

		@Test
		void recordsAFailureAsOneIncident() {
			MvcTestResult response = this.mvc.post().uri("/orders/7/payment").exchange();
			assertThat(response).hasStatus5xxServerError();
			assertThat(this.cairn).hasOneIncident(CheckoutFailedException.class)
				.withMessage("the bank refuses order 7")
				.withSameTraceAs(response)
				.withErrorIdOf(response);
		}

		@Test
		void publishesEventsOfAnnotations() {
			assertThat(this.mvc.get().uri("/orders/7")).hasStatusOk();
			assertThat(this.cairn).recorded("order.viewed").once();
		}

	}

	@Nested
	@WebMvcTest(PlainController.class)
	class WithoutACairn {

		@Test
		void starts(@Autowired MockMvcTester mvc, @Autowired CairnRecorder cairn) {
			assertThat(mvc.get().uri("/about")).hasStatusOk().hasBodyTextEqualTo("a shop");
			assertThat(cairn).request("GET", "/about").once().and().hasNoIncident();
		}

	}

	@Nested
	@WebMvcTest(controllers = OrderController.class, properties = { "spring.kafka.bootstrap-servers=127.0.0.1:1",
			"cairn.file.directory=target/not-written", "sentry.dsn=http://key@127.0.0.1:1/1" })
	class WithDestinations {

		@Test
		void keepsEventsInMemory(@Autowired MockMvcTester mvc, @Autowired CairnRecorder cairn,
				@Autowired ApplicationContext context) {
			assertThat(mvc.post().uri("/orders/7")).hasStatusOk();
			assertThat(cairn).recorded("order.placed").once().and().lostNothing();
			assertThat(context.getBeansOfType(Sink.class).values()).singleElement().isInstanceOf(MemorySink.class);
		}

	}

}

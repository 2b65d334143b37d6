package dev.cairn.test.slice;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import dev.cairn.test.CairnRecorder;
import dev.cairn.test.slice.OrderController.CheckoutFailedException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient.ResponseSpec;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The examples of {@code src/docs/testing.md}, which {@code TestingDocsTests} compares.
 */
class DocumentedTests {

	@Nested
	@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
	@AutoConfigureRestTestClient
	class CheckoutTests {

		@Autowired
		private RestTestClient http;

		@Autowired
		private CairnRecorder cairn;

		@LocalServerPort
		private int port;

		@Test
		void publishesAnEventForAnOrder() {
			ResponseSpec response = this.http.post().uri("/orders/7").exchange();
			assertThat(this.cairn).recorded("order.placed").once().withField("order_id", 7).withSameTraceAs(response);
			assertThat(this.cairn).request("POST", "/orders/{id}").once().withField("status", 200);
			assertThat(this.cairn).timer("checkout").count(1);
			assertThat(this.cairn).logged("Placing order 7").once();
			assertThat(this.cairn).hasNoIncident().lostNothing();
		}

		@Test
		void reportsAFailureAsOneIncident() {
			ResponseSpec response = this.http.post().uri("/orders/7/payment").exchange();
			assertThat(this.cairn).hasOneIncident(CheckoutFailedException.class)
				.withSameTraceAs(response)
				.withErrorIdOf(response)
				.and()
				.neverRecorded("order.paid");
		}

		@Test
		void publishesAnEventThatMatchesItsSchema() {
			this.http.post().uri("/orders/7").exchange();
			assertThat(this.cairn).recorded("order.placed").once().matchesSchema();
			assertThat(this.cairn).matchesSchemas();
		}

		@Test
		void waitsLonger() {
			this.http.post().uri("/orders/7").exchange();
			assertThat(this.cairn).within(Duration.ofSeconds(30)).recorded("order.placed").once();
		}

		@Test
		void sendsARequestWithAnotherClient() throws Exception {
			URI uri = URI.create("http://127.0.0.1:" + this.port + "/orders/7");
			HttpRequest.Builder request = HttpRequest.newBuilder(uri);
			this.cairn.testHeader().forEach(request::header);
			HttpResponse<Void> response = HttpClient.newHttpClient()
				.send(request.build(), HttpResponse.BodyHandlers.discarding());
			assertThat(this.cairn).recorded("order.viewed").once().withSameTraceAs(response);
		}

	}

	@Nested
	@WebMvcTest(OrderController.class)
	class OrderControllerTests {

		@Autowired
		private MockMvcTester mvc;

		@Autowired
		private CairnRecorder cairn;

		@Test
		void publishesAnEventForAnOrder() {
			assertThat(this.mvc.post().uri("/orders/7")).hasStatusOk();
			assertThat(this.cairn).recorded("order.placed").once().withField("order_id", 7);
		}

	}

}

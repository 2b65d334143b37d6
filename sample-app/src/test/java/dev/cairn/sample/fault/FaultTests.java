package dev.cairn.sample.fault;

import java.net.SocketTimeoutException;

import dev.cairn.sample.ShopTest;
import dev.cairn.test.CairnRecorder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient.ResponseSpec;

import static org.assertj.core.api.Assertions.assertThat;

@ShopTest
class FaultTests {

	@Autowired
	private RestTestClient http;

	@Autowired
	private CairnRecorder cairn;

	@ParameterizedTest
	@CsvSource({ "unhandled, 500", "wrapped, 500", "handled, 503", "logged, 200", "async, 202", "slow, 200",
			"n-plus-one, 200", "unheard-of, 404" })
	void answersWithItsStatus(String kind, int status) {
		this.http.post().uri("/faults/{kind}", kind).exchange().expectStatus().isEqualTo(status);
	}

	@Test
	void reportsAFailureAsOneIncidentOfItsRequest() {
		ResponseSpec response = this.http.post().uri("/faults/unhandled").exchange();
		response.expectStatus().isEqualTo(500);
		assertThat(this.cairn).hasOneIncident(PaymentDeclinedException.class)
			.withSameTraceAs(response)
			.withErrorIdOf(response);
		assertThat(this.cairn).request("POST", "/faults/unhandled")
			.once()
			.withField("error_id")
			.withSameTraceAs(response);
	}

	@Test
	void reportsAFailureByTheExceptionOrItsCause() {
		this.http.post().uri("/faults/wrapped").exchange().expectStatus().isEqualTo(500);
		assertThat(this.cairn).hasOneIncident(CheckoutFailedException.class);
		assertThat(this.cairn).hasOneIncident(SocketTimeoutException.class);
	}

	@Test
	void reportsAFailureOfAnotherThreadInTheTraceOfItsRequest() {
		ResponseSpec response = this.http.post().uri("/faults/async").exchange();
		assertThat(this.cairn).hasOneIncident(InvoiceNotPrintedException.class).withSameTraceAs(response);
	}

	@Test
	void explainsWhatItHandles() {
		this.http.post()
			.uri("/faults/handled")
			.exchange()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo("The warehouse is closed");
	}

	@Test
	void keepsToItselfWhatItDoesNotHandle() {
		this.http.post()
			.uri("/faults/unhandled")
			.accept(MediaType.APPLICATION_JSON)
			.exchange()
			.expectBody(String.class)
			.value((body) -> assertThat(body).doesNotContain("bank"));
	}

}

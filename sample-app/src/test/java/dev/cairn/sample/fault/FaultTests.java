package dev.cairn.sample.fault;

import dev.cairn.Message;
import dev.cairn.MessageFields;
import dev.cairn.sample.ShopTest;
import dev.cairn.test.CairnRecorder;
import dev.cairn.test.RecordedSignal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

@ShopTest
class FaultTests {

	@Autowired
	private RestTestClient http;

	@Autowired
	private CairnRecorder recorder;

	@ParameterizedTest
	@CsvSource({ "unhandled, 500", "wrapped, 500", "handled, 503", "logged, 200", "async, 202", "unheard-of, 404" })
	void answersWithItsStatus(String kind, int status) {
		this.http.post().uri("/faults/{kind}", kind).exchange().expectStatus().isEqualTo(status);
	}

	@Test
	void reportsAFailureAsOneIncidentOfItsRequest() {
		this.http.post().uri("/faults/unhandled").exchange().expectStatus().isEqualTo(500);
		RecordedSignal.Published request = this.recorder.await(RecordedSignal.Published.class,
				(signal) -> signal.message().type().equals(Message.TYPE_HTTP_REQUEST));
		// Not of the asynchronous failure of another test
		assertThat(this.recorder.incidents()).filteredOn((incident) -> request.unit() == incident.unit())
			.singleElement()
			.satisfies(
					(incident) -> assertThat(incident.errorId()).isEqualTo(MessageFields.errorId(request.message())));
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

package dev.cairn.test;

import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.mock.http.client.MockClientHttpResponse;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ResponseHeaders}.
 */
class ResponseHeadersTests {

	private static final String NAME = "X-Trace-Id";

	@Test
	void readsTheResponsesOfTestClients() {
		MockMvcTester mvc = MockMvcTester.of(new Controller());
		RestTestClient rest = RestTestClient.bindToController(new Controller()).build();
		WebTestClient web = WebTestClient.bindToController(new Controller()).build();
		assertThat(header(mvc.get().uri("/").exchange())).isEqualTo("7");
		assertThat(header(mvc.get().uri("/").exchange().getMvcResult())).isEqualTo("7");
		assertThat(header(rest.get().uri("/").exchange())).isEqualTo("7");
		assertThat(header(rest.get().uri("/").exchange().returnResult())).isEqualTo("7");
		assertThat(header(web.get().uri("/").exchange())).isEqualTo("7");
		assertThat(header(web.get().uri("/").exchange().returnResult(String.class))).isEqualTo("7");
	}

	@Test
	void readsOtherResponses() {
		MockHttpServletResponse servlet = new MockHttpServletResponse();
		servlet.setHeader(NAME, "7");
		MockClientHttpResponse client = new MockClientHttpResponse();
		client.getHeaders().set(NAME, "7");
		HttpHeaders headers = new HttpHeaders();
		headers.set(NAME, "7");
		assertThat(header(servlet)).isEqualTo("7");
		assertThat(header(client)).isEqualTo("7");
		assertThat(header(headers)).isEqualTo("7");
		assertThat(header(ResponseEntity.ok().headers(headers).build())).isEqualTo("7");
	}

	@Test
	void namesWhatItCannotRead() {
		assertThatIllegalArgumentException().isThrownBy(() -> header(42))
			.withMessage("Expected a response, but was a java.lang.Integer. "
					+ "Pass the value of the header X-Trace-Id instead");
		assertThatIllegalArgumentException().isThrownBy(() -> header(ResponseEntity.ok().build()))
			.withMessageStartingWith("The response has no header X-Trace-Id: ");
	}

	private static String header(Object response) {
		return ResponseHeaders.required(response, NAME);
	}

	@RestController
	static class Controller {

		@GetMapping("/")
		ResponseEntity<String> answer() {
			return ResponseEntity.ok().header(NAME, "7").body("");
		}

	}

}

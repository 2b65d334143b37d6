package dev.cairn.spring.web.error;

import java.net.http.HttpResponse;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Failures that Boot's own error body answers.
 */
class BootErrorTests extends AbstractErrorTests {

	@Override
	String[] properties() {
		return new String[] {};
	}

	@Override
	void checkBody(HttpResponse<String> response, Map<String, Object> body, int status) {
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
		assertThat(body).containsEntry("status", status).containsKeys("timestamp", "error", "path");
		assertThat(body.keySet()).isSubsetOf("timestamp", "status", "error", "path", "errorId");
	}

}

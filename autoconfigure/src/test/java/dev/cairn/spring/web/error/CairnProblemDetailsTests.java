package dev.cairn.spring.web.error;

import java.net.http.HttpResponse;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Failures that problem details answer, because Cairn was asked for them.
 */
class CairnProblemDetailsTests extends AbstractErrorTests {

	@Override
	String[] properties() {
		return new String[] { "cairn.errors.problem-details=true" };
	}

	@Override
	void checkBody(HttpResponse<String> response, Map<String, Object> body, int status) {
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(body).containsEntry("status", status).containsKeys("title", "instance");
	}

}
